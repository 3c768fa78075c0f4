------------------------------ MODULE Takeover ------------------------------
(* Safety model.  A freeze (SIGSTOP) is an arbitrarily long time without a   *)
(* step, so for SAFETY it is covered by interleaving (freezes are unbounded).*)
(* A crash releases locks, forgets memory, and the process restarts in wait. *)
EXTENDS Naturals, Sequences, FiniteSets, TLC
CONSTANTS Procs, P1, NoP, Claims, W0, W1, Reads, MaxE, MaxCrash,
  LockMode,   \* "single" takeover lock | "cas" | "rw" (read, then write; no effective lock)
  Check,      \* updates: "after" | "before" | "none"
  ReadCheck,  \* reads:   "after" | "before" | "none"
  RejCheck,   \* refused conditional commits: "after" | "none"
  BumpWhen,   \* "before" | "after" the copy
  Source,     \* "highest" | "endpoint"
  EpMode,     \* endpoint: "one" file overwritten | "max" (one file per epoch)
  OwnerLk,     \* "perEpoch" | "globalMust" | "globalSkip"
  DbLk,       \* TRUE: exclusive lock on the db file while open
  CopyMode,   \* "prefix" (all entries at START survive) | "loose" (may miss)
  Torn,       \* "off" | "trunc" | "raw"  : two-step append, torn tail handling
  SelWhen,    \* "after" bump | "before" bump (source chosen)
  First       \* the database of epoch 1: "given" | "owner" makes it, holding the lock | "anyone" makes it, renamed over
Worlds  == W0 \cup W1
Updates == Claims \cup Worlds
Ops     == Updates \cup Reads
TORN    == "TORN"
Sym     == Permutations(Procs \ {P1}) \cup Permutations(Claims)
VARIABLES epoch, db, complete, hl, tl, ep, pc, le, src, tmp, clen, srv, crashes,
          okd, cert, certE, viol
vars == <<epoch, db, complete, hl, tl, ep, pc, le, src, tmp, clen, srv, crashes, okd, cert, certE, viol>>
Idle == [st |-> "idle", len |-> 0, start |-> 0, rej |-> FALSE, fresh |-> FALSE, mt |-> 0]
E == 1..MaxE
HL(e) == IF OwnerLk = "perEpoch" THEN e ELSE 1
SetMax(S) == CHOOSE x \in S : \A y \in S : y <= x
InSeq(o,s) == \E i \in 1..Len(s) : s[i] = o
Pos(o,s) == CHOOSE i \in 1..Len(s) : s[i] = o
NCl(s) == Cardinality({i \in 1..Len(s) : s[i] \in Claims})
Pfx(a,b) == Len(a) <= Len(b) /\ a = SubSeq(b,1,Len(a))
Rd(s) == IF \E i \in 1..Len(s) : s[i] = TORN
         THEN SubSeq(s,1,(CHOOSE i \in 1..Len(s) : s[i]=TORN /\ \A j \in 1..(i-1) : s[j]#TORN)-1) ELSE s
Cond(w) == IF w \in W0 THEN 0 ELSE 1
REJ == 99
MaxTerm == SetMax({0} \cup {okd[c] : c \in Claims})
Given == First = "given"
Init == /\ epoch = 1 /\ db = [e \in E |-> <<>>] /\ complete = [e \in E |-> Given /\ e = 1]
        /\ hl = [e \in E |-> IF Given /\ e = 1 THEN P1 ELSE NoP] /\ tl = NoP /\ ep = 1
        /\ pc = [p \in Procs |-> IF Given /\ p = P1 THEN "serve" ELSE "wait"]
        /\ le = [p \in Procs |-> IF Given /\ p = P1 THEN 1 ELSE 0]
        /\ src = [p \in Procs |-> 0] /\ tmp = [p \in Procs |-> <<>>] /\ clen = [p \in Procs |-> 0]
        /\ srv = [p \in Procs |-> [o \in Ops |-> Idle]] /\ crashes = 0
        /\ okd = [o \in Updates |-> 0] /\ cert = <<>> /\ certE = 1 /\ viol = {}
Rel(p) == /\ hl' = [e \in E |-> IF hl[e] = p THEN NoP ELSE hl[e]]
          /\ tl' = IF tl = p THEN NoP ELSE tl
          /\ pc' = [pc EXCEPT ![p] = "wait"] /\ le' = [le EXCEPT ![p] = 0]
          /\ src' = [src EXCEPT ![p] = 0] /\ tmp' = [tmp EXCEPT ![p] = <<>>]
          /\ clen' = [clen EXCEPT ![p] = 0]
          /\ srv' = [srv EXCEPT ![p] = [o \in Ops |-> Idle]]
HIST == <<okd, cert, certE, viol>>
Crash(p) == /\ crashes < MaxCrash /\ pc[p] # "wait" /\ crashes' = crashes + 1 /\ Rel(p)
            /\ UNCHANGED <<epoch, db, complete, ep, HIST>>
Close(p) == /\ pc[p] \in {"open","serve"} /\ le[p] # epoch /\ Rel(p)
            /\ UNCHANGED <<epoch, db, complete, ep, crashes, HIST>>
\* ---- waiters -------------------------------------------------------------
Want(p) == /\ pc[p] = "wait" /\ pc' = [pc EXCEPT ![p] = "want"] /\ le' = [le EXCEPT ![p] = epoch]
           /\ UNCHANGED <<epoch, db, complete, hl, tl, ep, src, tmp, clen, srv, crashes, HIST>>
GiveUp(p) == /\ \/ pc[p] = "want"
                \/ pc[p] = "locked" /\ (~complete[le[p]] \/ (DbLk /\ \E q \in Procs : pc[q] \in {"open","serve"} /\ le[q] = le[p]))
             /\ Rel(p) /\ UNCHANGED <<epoch, db, complete, ep, crashes, HIST>>
Lock(p) == /\ pc[p] = "want" /\ hl[HL(le[p])] = NoP
           /\ hl' = [hl EXCEPT ![HL(le[p])] = p] /\ pc' = [pc EXCEPT ![p] = "locked"]
           /\ UNCHANGED <<epoch, db, complete, tl, ep, le, src, tmp, clen, srv, crashes, HIST>>
Open(p) == /\ pc[p] = "locked" /\ complete[le[p]]
           /\ DbLk => ~\E q \in Procs : pc[q] \in {"open","serve"} /\ le[q] = le[p]
           /\ pc' = [pc EXCEPT ![p] = "open"]
           /\ db' = IF Torn = "trunc" THEN [db EXCEPT ![le[p]] = Rd(db[le[p]])] ELSE db
           /\ UNCHANGED <<epoch, complete, hl, tl, ep, le, src, tmp, clen, srv, crashes, HIST>>
Publish(p) == /\ pc[p] = "open" /\ pc' = [pc EXCEPT ![p] = "serve"]
              /\ ep' = IF Source # "endpoint" THEN ep ELSE IF EpMode = "max" THEN SetMax({ep, le[p]}) ELSE le[p]
              /\ tl' = IF tl = p THEN NoP ELSE tl
              /\ UNCHANGED <<epoch, db, complete, hl, le, src, tmp, clen, srv, crashes, HIST>>
\* ---- the first database --------------------------------------------------
\* Linked into place by the holder of the lock: what is complete is never replaced.
Make(p) == /\ First = "owner" /\ pc[p] = "locked" /\ le[p] = 1 /\ ~complete[1]
           /\ complete' = [complete EXCEPT ![1] = TRUE]
           /\ UNCHANGED <<epoch, db, hl, tl, ep, pc, le, src, tmp, clen, srv, crashes, HIST>>
\* Two steps, as whoever found no database makes one, and renames it over whatever is there by then.
Prepare(p) == /\ First = "anyone" /\ pc[p] = "wait" /\ ~complete[1] /\ pc' = [pc EXCEPT ![p] = "make"]
              /\ UNCHANGED <<epoch, db, complete, hl, tl, ep, le, src, tmp, clen, srv, crashes, HIST>>
Install(p) == /\ pc[p] = "make" /\ pc' = [pc EXCEPT ![p] = "wait"]
              /\ db' = [db EXCEPT ![1] = <<>>] /\ complete' = [complete EXCEPT ![1] = TRUE]
              /\ UNCHANGED <<epoch, hl, tl, ep, le, src, tmp, clen, srv, crashes, HIST>>
\* ---- challenger ----------------------------------------------------------
\* 0: there is none, and the owner begins with an empty one.
Choose(n) == IF Source = "endpoint" THEN ep ELSE SetMax({0} \cup {f \in E : complete[f] /\ f < n})
From(p) == IF src[p] = 0 THEN <<>> ELSE db[src[p]]
Chal(p) == /\ pc[p] = "wait" /\ epoch < MaxE
   /\ \/ /\ LockMode = "single" /\ tl = NoP /\ tl' = p /\ pc' = [pc EXCEPT ![p] = "ctl"]
         /\ src' = IF SelWhen = "before" THEN [src EXCEPT ![p] = Choose(epoch+1)] ELSE src
         /\ UNCHANGED <<epoch, le>>
      \/ /\ LockMode = "cas" /\ SelWhen = "after" /\ epoch' = epoch + 1 /\ le' = [le EXCEPT ![p] = epoch + 1]
         /\ pc' = [pc EXCEPT ![p] = "sel"] /\ UNCHANGED <<tl, src>>
      \/ /\ (LockMode = "rw" \/ (LockMode = "cas" /\ SelWhen = "before"))
         /\ le' = [le EXCEPT ![p] = epoch] /\ pc' = [pc EXCEPT ![p] = "ctl"]
         /\ src' = IF SelWhen = "before" THEN [src EXCEPT ![p] = Choose(epoch+1)] ELSE src
         /\ UNCHANGED <<tl, epoch>>
   /\ UNCHANGED <<db, complete, hl, ep, tmp, clen, srv, crashes, HIST>>
Nx == IF SelWhen = "before" THEN "cp0" ELSE "sel"
Bump(p) == /\ pc[p] = "ctl"
   /\ \/ /\ LockMode = "single" /\ BumpWhen = "before" /\ epoch' = epoch + 1
         /\ le' = [le EXCEPT ![p] = epoch + 1] /\ pc' = [pc EXCEPT ![p] = Nx]
      \/ /\ LockMode = "single" /\ BumpWhen = "after" /\ epoch' = epoch
         /\ le' = [le EXCEPT ![p] = epoch + 1] /\ pc' = [pc EXCEPT ![p] = Nx]
      \/ /\ LockMode = "rw" /\ epoch' = le[p] + 1
         /\ le' = [le EXCEPT ![p] = le[p] + 1] /\ pc' = [pc EXCEPT ![p] = Nx]
      \/ /\ LockMode = "cas" /\ epoch = le[p] /\ epoch' = le[p] + 1
         /\ le' = [le EXCEPT ![p] = le[p] + 1] /\ pc' = [pc EXCEPT ![p] = Nx]
   /\ UNCHANGED <<db, complete, hl, tl, ep, src, tmp, clen, srv, crashes, HIST>>
CasFail(p) == /\ pc[p] = "ctl" /\ LockMode = "cas" /\ epoch # le[p] /\ Rel(p)
              /\ UNCHANGED <<epoch, db, complete, ep, crashes, HIST>>
Sel(p) == /\ pc[p] = "sel" /\ src' = [src EXCEPT ![p] = Choose(le[p])] /\ pc' = [pc EXCEPT ![p] = "cp0"]
          /\ UNCHANGED <<epoch, db, complete, hl, tl, ep, le, tmp, clen, srv, crashes, HIST>>
Start(p) == /\ pc[p] = "cp0" /\ clen' = [clen EXCEPT ![p] = Len(Rd(From(p)))] /\ pc' = [pc EXCEPT ![p] = "cp"]
            /\ UNCHANGED <<epoch, db, complete, hl, tl, ep, le, src, tmp, srv, crashes, HIST>>
End(p) == /\ pc[p] = "cp"
          /\ LET s == IF Torn = "raw" THEN From(p) ELSE Rd(From(p)) IN
             \E k \in (IF CopyMode = "loose" THEN 0 ELSE clen[p])..Len(s) : tmp' = [tmp EXCEPT ![p] = SubSeq(s,1,k)]
          /\ pc' = [pc EXCEPT ![p] = IF BumpWhen = "after" THEN "late" ELSE "ren"]
          /\ src' = [src EXCEPT ![p] = 0] /\ clen' = [clen EXCEPT ![p] = 0]
          /\ UNCHANGED <<epoch, db, complete, hl, tl, ep, le, srv, crashes, HIST>>
Late(p) == /\ pc[p] = "late" /\ epoch' = le[p] /\ pc' = [pc EXCEPT ![p] = "ren"]
           /\ UNCHANGED <<db, complete, hl, tl, ep, le, src, tmp, clen, srv, crashes, HIST>>
Ren(p) == /\ pc[p] = "ren" /\ db' = [db EXCEPT ![le[p]] = tmp[p]] /\ complete' = [complete EXCEPT ![le[p]] = TRUE]
          /\ tmp' = [tmp EXCEPT ![p] = <<>>] /\ pc' = [pc EXCEPT ![p] = "acq"]
          /\ UNCHANGED <<epoch, hl, tl, ep, le, src, clen, srv, crashes, HIST>>
Acq(p) == /\ pc[p] = "acq"
   /\ (IF OwnerLk = "globalSkip"
      THEN /\ pc' = [pc EXCEPT ![p] = "locked"] /\ UNCHANGED <<hl, tl, le, src, tmp, clen, srv>>
      ELSE IF hl[HL(le[p])] = NoP
      THEN /\ hl' = [hl EXCEPT ![HL(le[p])] = p] /\ pc' = [pc EXCEPT ![p] = "locked"]
           /\ UNCHANGED <<tl, le, src, tmp, clen, srv>>
      ELSE OwnerLk = "perEpoch" /\ Rel(p))
   /\ UNCHANGED <<epoch, db, complete, ep, crashes, HIST>>
\* ---- serving -------------------------------------------------------------
Set(p,o,r) == srv' = [srv EXCEPT ![p][o] = r]
Busy(p) == \E o \in Ops : srv[p][o].st = "part"
\* execute an update against db[le[p]]; next stage st2
Exec(p,o,st2) ==
  LET e == le[p] raw == db[e] s == Rd(raw) IN
  IF InSeq(o,s) THEN /\ Set(p,o,[Idle EXCEPT !.st = st2, !.len = Pos(o,s)]) /\ UNCHANGED db
  ELSE IF o \in Worlds /\ NCl(s) # Cond(o)
  THEN /\ Set(p,o,[st |-> (IF RejCheck = "none" THEN "chk" ELSE st2), len |-> Len(s), start |-> Len(cert), rej |-> TRUE, fresh |-> TRUE, mt |-> 0])
       /\ UNCHANGED db
  ELSE /\ Set(p,o,[st |-> (IF Torn = "off" THEN st2 ELSE "part"), len |-> Len(raw)+1, start |-> Len(cert), rej |-> FALSE,
                   fresh |-> TRUE, mt |-> MaxTerm])
       /\ db' = [db EXCEPT ![e] = Append(raw, IF Torn = "off" THEN o ELSE TORN)]
CR == UNCHANGED <<epoch, complete, hl, tl, ep, pc, le, src, tmp, clen, crashes, HIST>>
Known(o) == o \in W1 => \E c \in Claims : okd[c] = 1  \* a leader of term 1 knows its claim was OK'd
Upd(p,o) == /\ pc[p] = "serve" /\ Known(o) /\ srv[p][o].st = "idle" /\ okd[o] = 0 /\ ~Busy(p) /\ CR
            /\ IF Check = "before" THEN /\ epoch = le[p] /\ Set(p,o,[Idle EXCEPT !.st = "pre"]) /\ UNCHANGED db
               ELSE Exec(p,o,IF Check = "none" THEN "chk" ELSE "app")
UpdPre(p,o) == /\ srv[p][o].st = "pre" /\ ~Busy(p) /\ CR /\ Exec(p,o,"chk")
Finish(p,o) == /\ srv[p][o].st = "part" /\ CR
               /\ db' = [db EXCEPT ![le[p]][srv[p][o].len] = o]
               /\ Set(p,o,[srv[p][o] EXCEPT !.st = IF Check = "after" THEN "app" ELSE "chk"])
RInv(p,o) == /\ pc[p] = "serve" /\ srv[p][o].st = "idle" /\ CR /\ UNCHANGED db
             /\ Set(p,o,[Idle EXCEPT !.st = "inv", !.start = Len(cert)])
RPre(p,o) == /\ srv[p][o].st = "inv" /\ ReadCheck = "before" /\ CR /\ UNCHANGED db
             /\ Set(p,o,IF epoch = le[p] THEN [srv[p][o] EXCEPT !.st = "pre"] ELSE Idle)
RDo(p,o) == /\ srv[p][o].st = (IF ReadCheck = "before" THEN "pre" ELSE "inv") /\ CR /\ UNCHANGED db
            /\ Set(p,o,[srv[p][o] EXCEPT !.len = Len(Rd(db[le[p]])), !.st = IF ReadCheck = "after" THEN "app" ELSE "chk"])
Chk(p,o) == /\ srv[p][o].st = "app" /\ CR /\ UNCHANGED db
            /\ Set(p,o,IF epoch = le[p] THEN [srv[p][o] EXCEPT !.st = "chk"] ELSE Idle)
Answer(p,o) ==
  /\ srv[p][o].st = "chk"
  /\ LET r == srv[p][o]  pre == SubSeq(db[le[p]],1,IF r.len <= Len(db[le[p]]) THEN r.len ELSE Len(db[le[p]]))
         res == IF o \in Reads THEN 0 ELSE IF r.rej THEN REJ ELSE IF o \in Claims THEN NCl(pre) ELSE r.len
         cmp == Pfx(pre,cert) \/ Pfx(cert,pre) IN
     /\ viol' = viol
         \cup (IF o \in Updates /\ okd[o] # 0 /\ okd[o] # res THEN {"I2agree"} ELSE {})
         \cup (IF ~cmp THEN {IF o \in Reads \/ r.rej THEN "I6phantom" ELSE "I1fork"} ELSE {})
         \cup (IF (o \in Reads \/ r.rej) /\ r.len < r.start THEN {"I6"} ELSE {})
         \cup (IF o \in Updates /\ ~r.rej /\ r.fresh /\ r.len <= r.start THEN {"RT"} ELSE {})
         \cup (IF o \in Claims /\ (\E c \in Claims \ {o} : okd[c] = res) THEN {"I3"} ELSE {})
         \cup (IF o \in Claims /\ r.fresh /\ res <= r.mt THEN {"I3"} ELSE {})
         \cup (IF o \in Worlds /\ ~r.rej /\ r.fresh /\ Cond(o) < r.mt THEN {"I4"} ELSE {})
         \cup (IF o \in Worlds /\ ~r.rej /\ Cond(o) < MaxTerm THEN {"I4literal"} ELSE {})
         \cup (IF o \in Claims /\ res < MaxTerm THEN {"I3literal"} ELSE {})
     /\ okd' = IF o \in Updates /\ okd[o] = 0 THEN [okd EXCEPT ![o] = res] ELSE okd
     /\ cert' = IF Len(pre) > Len(cert) THEN pre ELSE cert
     /\ certE' = IF le[p] > certE THEN le[p] ELSE certE
  /\ Set(p,o,Idle)
  /\ UNCHANGED <<epoch, db, complete, hl, tl, ep, pc, le, src, tmp, clen, crashes>>
Next == \E p \in Procs :
  \/ Crash(p) \/ Close(p) \/ Want(p) \/ GiveUp(p) \/ Lock(p) \/ Open(p) \/ Publish(p)
  \/ Make(p) \/ Prepare(p) \/ Install(p)
  \/ Chal(p) \/ Bump(p) \/ CasFail(p) \/ Sel(p) \/ Start(p) \/ End(p) \/ Late(p) \/ Ren(p) \/ Acq(p)
  \/ \E o \in Updates : Upd(p,o) \/ UpdPre(p,o) \/ Finish(p,o)
  \/ \E o \in Reads : RInv(p,o) \/ RPre(p,o) \/ RDo(p,o)
  \/ \E o \in Ops : Chk(p,o) \/ Answer(p,o)
Spec == Init /\ [][Next]_vars
\* ---- invariants ----------------------------------------------------------
I1 == (\A f \in certE..MaxE : complete[f] => Pfx(cert, Rd(db[f]))) /\ "I1fork" \notin viol
I2 == /\ "I2agree" \notin viol
      /\ \A e \in E : \A i, j \in 1..Len(db[e]) : i # j /\ db[e][i] # TORN => db[e][i] # db[e][j]
I3 == "I3" \notin viol
I4 == "I4" \notin viol
CanOK(p) == /\ pc[p] \in {"open","serve"}
            /\ \/ Check = "none" \/ le[p] = epoch \/ \E o \in Ops : srv[p][o].st = "pre"
I5 == Cardinality({p \in Procs : CanOK(p)}) <= 1
I6 == "I6" \notin viol /\ "RT" \notin viol
I6P == "I6phantom" \notin viol
I3L == "I3literal" \notin viol
I4L == "I4literal" \notin viol
=============================================================================
