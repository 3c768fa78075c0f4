------------------------------ MODULE Journal -------------------------------
(* The journal ahead of the database, across epochs.  A process may be       *)
(* killed, the power may fail, forcing may fail, and files may be damaged,   *)
(* between any two steps.  A deposed owner that was frozen goes on working   *)
(* until it looks at the epoch, which it does before it answers.             *)
(* An operation is a record with a name of its own; a state of the database  *)
(* is the sequence of operations that it has.                                *)
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS MaxOps, MaxE, MaxKills, MaxCuts, MaxFailed, MaxDamaged,
  Sync,        \* TRUE: every operation is forced before it is answered
  First,       \* "journal": J1 | "database": carried out first, appended later
  Row,         \* "same": J2, its number is stored with what it did | "later"
  ForceClaims, \* TRUE: J3
  Mark,        \* TRUE: J4, a journal that ends before its mark is refused
  Covered,     \* TRUE: J5, a database that is older than the journal is refused
  Whole,       \* TRUE: J6, what is stored comes to the disk whole or not at all
  Keep,        \* 2: J7 | 1 forced state is enough to remove a segment | 0: none
  CopyJournal, \* TRUE: J9 | the copy of the database is all
  EndOnFailure \* TRUE: J10, nothing is forced again after that failed
VARIABLES epoch, pc, jr, first, jd, told, mark, broken, mem, st, fs, must, granted, cnt, kills, cuts, failed, damaged
vars == <<epoch, pc, jr, first, jd, told, mark, broken, mem, st, fs, must, granted, cnt, kills, cuts, failed, damaged>>
E == 1..MaxE
Max(a,b) == IF a > b THEN a ELSE b
Last(s) == s[Len(s)]
Take(s,n) == SubSeq(s,1,n)
Pfx(a,b) == Len(a) <= Len(b) /\ a = Take(b,Len(a))
SetMax(S) == CHOOSE x \in S : \A y \in S : y <= x
Complete(e) == pc[e] \in {"down","serve"}
Kinds == {"claim","plain"}
Term(s,i) == Cardinality({j \in 1..i : s[j].k = "claim"})
State(s) == {[s |-> s, n |-> n] : n \in IF Row = "same" THEN {Len(s)} ELSE {Len(s), Max(Len(s),1)-1}}
Init == /\ epoch = 1 /\ pc = [e \in E |-> IF e = 1 THEN "serve" ELSE "no"]
        /\ jr = [e \in E |-> <<>>] /\ first = [e \in E |-> 1] /\ jd = [e \in E |-> 0] /\ told = [e \in E |-> 0]
        /\ mark = [e \in E |-> 0] /\ broken = [e \in E |-> FALSE] /\ mem = [e \in E |-> <<>>]
        /\ st = [e \in E |-> <<[s |-> <<>>, n |-> 0]>>] /\ fs = [e \in E |-> <<1>>]
        /\ must = <<>> /\ granted = {} /\ cnt = 0 /\ kills = 0 /\ cuts = 0 /\ failed = 0 /\ damaged = 0
\* ---- the owner ------------------------------------------------------------
New(k) == [id |-> cnt + 1, k |-> k]
Add(e) == /\ pc[e] = "serve" /\ cnt < MaxOps /\ cnt' = cnt + 1
          /\ \E k \in Kinds :
               IF First = "journal" THEN jr' = [jr EXCEPT ![e] = Append(@, New(k))] /\ UNCHANGED mem
               ELSE mem' = [mem EXCEPT ![e] = Append(@, New(k))] /\ UNCHANGED jr
          /\ UNCHANGED <<epoch, pc, first, jd, told, mark, broken, st, fs, must, granted, kills, cuts, failed, damaged>>
\* The second one of the two: carried out, or, if that was first, appended.
Follow(e) == /\ pc[e] = "serve"
             /\ IF First = "journal"
                THEN /\ Len(mem[e]) < Len(jr[e]) /\ UNCHANGED jr
                     /\ mem' = [mem EXCEPT ![e] = Append(@, jr[e][Len(@)+1])]
                ELSE /\ Len(jr[e]) < Len(mem[e]) /\ UNCHANGED mem
                     /\ jr' = [jr EXCEPT ![e] = Append(@, mem[e][Len(@)+1])]
             /\ UNCHANGED <<epoch, pc, first, jd, told, mark, broken, st, fs, must, granted, cnt, kills, cuts, failed, damaged>>
Force(e) == /\ pc[e] = "serve" /\ told[e] < Len(jr[e])
            /\ told' = [told EXCEPT ![e] = Len(jr[e])]
            /\ jd' = IF broken[e] THEN jd ELSE [jd EXCEPT ![e] = Len(jr[e])]
            /\ UNCHANGED <<epoch, pc, jr, first, mark, broken, mem, st, fs, must, granted, cnt, kills, cuts, failed, damaged>>
\* What was not on the disk never comes there, though the kernel has it; the next forcing says that it worked.
ForceFails(e) == /\ pc[e] = "serve" /\ failed < MaxFailed /\ jd[e] < Len(jr[e]) /\ failed' = failed + 1
                 /\ broken' = [broken EXCEPT ![e] = TRUE]
                 /\ pc' = IF EndOnFailure THEN [pc EXCEPT ![e] = "down"] ELSE pc
                 /\ UNCHANGED <<epoch, jr, first, jd, told, mark, mem, st, fs, must, granted, cnt, kills, cuts, damaged>>
Demands(o) == Sync \/ (ForceClaims /\ o.k = "claim")
Answer(e) == LET n == Len(mem[e]) IN
  /\ pc[e] = "serve" /\ epoch = e /\ n > Len(must) /\ Pfx(must, mem[e])
  /\ \A i \in 1..n : Demands(mem[e][i]) => i <= told[e]
  /\ must' = mem[e] /\ mark' = [mark EXCEPT ![e] = n]
  /\ granted' = granted \cup {<<Term(mem[e],i), mem[e][i].id>> : i \in {j \in 1..n : mem[e][j].k = "claim"}}
  /\ UNCHANGED <<epoch, pc, jr, first, jd, told, broken, mem, st, fs, cnt, kills, cuts, failed, damaged>>
Store(e) == /\ pc[e] = "serve" /\ Len(mem[e]) > Len(Last(st[e]).s)
            /\ \E s \in State(mem[e]) : st' = [st EXCEPT ![e] = Append(@, s)]
            /\ UNCHANGED <<epoch, pc, jr, first, jd, told, mark, broken, mem, fs, must, granted, cnt, kills, cuts, failed, damaged>>
ForceStored(e) == /\ pc[e] = "serve" /\ Last(fs[e]) < Len(st[e]) /\ fs' = [fs EXCEPT ![e] = Append(@, Len(st[e]))]
                  /\ UNCHANGED <<epoch, pc, jr, first, jd, told, mark, broken, mem, st, must, granted, cnt, kills, cuts, failed, damaged>>
\* The oldest state that H2 may open after a power cut: of those that were forced, the one before the last.
Oldest(e) == IF Len(fs[e]) = 1 THEN fs[e][1] ELSE fs[e][Len(fs[e])-1]
Remove(e) == LET i == CASE Keep = 2 -> Oldest(e) [] Keep = 1 -> Last(fs[e]) [] OTHER -> Len(st[e])
                 f == st[e][i].n + 1 IN
  /\ pc[e] = "serve" /\ f > first[e] /\ first' = [first EXCEPT ![e] = f]
  /\ UNCHANGED <<epoch, pc, jr, jd, told, mark, broken, mem, st, fs, must, granted, cnt, kills, cuts, failed, damaged>>
\* ---- what happens to it ----------------------------------------------------
Kill(e) == /\ pc[e] = "serve" /\ kills < MaxKills /\ kills' = kills + 1 /\ pc' = [pc EXCEPT ![e] = "down"]
           /\ mem' = [mem EXCEPT ![e] = <<>>]
           /\ UNCHANGED <<epoch, jr, first, jd, told, mark, broken, st, fs, must, granted, cnt, cuts, failed, damaged>>
\* What a cut leaves of the journal, and of the stored states; a state that is not whole has its number, and not its content.
Cuts(e) == {[j |-> Take(jr[e],k), s |-> s] :
              k \in jd[e]..Len(jr[e]),
              s \in {Take(st[e],i) : i \in Oldest(e)..Len(st[e])}
                    \cup (IF Whole \/ Last(fs[e]) = Len(st[e]) THEN {}
                          ELSE {Append(Take(st[e],Len(st[e])-1), [s |-> <<>>, n |-> Last(st[e]).n])})}
LastClaim == SetMax({0} \cup {i \in 1..Len(must) : must[i].k = "claim"})
PowerCut == /\ cuts < MaxCuts /\ damaged = 0 /\ cuts' = cuts + 1
            /\ \E c \in [E -> UNION {Cuts(e) : e \in E}] :
                 /\ \A e \in E : c[e] \in Cuts(e)
                 /\ jr' = [e \in E |-> c[e].j] /\ st' = [e \in E |-> c[e].s]
                 /\ fs' = [e \in E |-> <<Len(c[e].s)>>]
            /\ pc' = [e \in E |-> IF Complete(e) THEN "down" ELSE "no"]
            /\ epoch' = SetMax({e \in E : Complete(e)})
            /\ mem' = [e \in E |-> <<>>] /\ mark' = jd /\ told' = jd /\ broken' = [e \in E |-> FALSE]
            \* Without sync, only terms are promised to stay, with what was before them.
            /\ must' = IF Sync THEN must ELSE Take(must, LastClaim)
            /\ UNCHANGED <<first, jd, granted, cnt, kills, failed, damaged>>
\* Somebody cuts or replaces a file that nobody has open; see J4 and J5.
Damage(e) == /\ damaged < MaxDamaged /\ cuts = 0 /\ damaged' = damaged + 1 /\ pc[e] = "down"
             /\ \/ \E k \in 0..Len(jr[e]) : jr' = [jr EXCEPT ![e] = Take(@,k)] /\ UNCHANGED st
                \/ \E i \in 1..Len(st[e]) : st' = [st EXCEPT ![e] = Take(@,i)] /\ UNCHANGED jr
             /\ UNCHANGED <<epoch, pc, first, jd, told, mark, broken, mem, fs, must, granted, cnt, kills, cuts, failed>>
\* ---- opening ---------------------------------------------------------------
Open(e) == LET s == Last(st[e])  n == Len(jr[e]) IN
  /\ pc[e] = "down" /\ epoch = e /\ (EndOnFailure => ~broken[e])
  /\ Mark => n >= mark[e]
  /\ Covered => s.n + 1 >= first[e]
  /\ LET from == Max(s.n + 1, first[e])
         whole == s.s \o SubSeq(jr[e], from, n)
         \* After a power cut a database can have more than a journal that was not forced.
         more == s.n > n IN
     /\ mem' = [mem EXCEPT ![e] = IF more THEN s.s ELSE whole]
     /\ jr' = IF more THEN [jr EXCEPT ![e] = s.s] ELSE jr
     /\ first' = IF more THEN [first EXCEPT ![e] = s.n + 1] ELSE first
     /\ fs' = IF more THEN [fs EXCEPT ![e] = <<Len(st[e])>>] ELSE fs
     /\ LET have == IF more THEN s.n ELSE n IN
        /\ jd' = IF broken[e] THEN jd ELSE [jd EXCEPT ![e] = have]
        /\ told' = [told EXCEPT ![e] = have] /\ mark' = [mark EXCEPT ![e] = have]
  /\ pc' = [pc EXCEPT ![e] = "serve"]
  /\ UNCHANGED <<epoch, broken, st, must, granted, cnt, kills, cuts, failed, damaged>>
\* ---- the next epoch --------------------------------------------------------
Challenge == /\ epoch < MaxE /\ epoch' = epoch + 1 /\ pc' = [pc EXCEPT ![epoch+1] = "database"]
             /\ UNCHANGED <<jr, first, jd, told, mark, broken, mem, st, fs, must, granted, cnt, kills, cuts, failed, damaged>>
Source(e) == SetMax({f \in E : f < e /\ Complete(f)})
CopyDatabase(e) == /\ pc[e] = "database" /\ pc' = [pc EXCEPT ![e] = "journal"]
                   /\ st' = [st EXCEPT ![e] = <<Last(st[Source(e)])>>] /\ fs' = [fs EXCEPT ![e] = <<1>>]
                   /\ UNCHANGED <<epoch, jr, first, jd, told, mark, broken, mem, must, granted, cnt, kills, cuts, failed, damaged>>
\* Its owner may have removed a segment meanwhile: then the database is copied again.
CopyTheJournal(e) == LET f == Source(e)  s == Last(st[e])  again == Covered /\ s.n + 1 < first[f] IN
  /\ pc[e] = "journal" /\ (Mark => Len(jr[f]) >= mark[f])
  /\ pc' = [pc EXCEPT ![e] = IF again THEN "database" ELSE "down"]
  /\ IF again THEN UNCHANGED <<jr, first, jd, told, mark>>
     ELSE LET copied == IF CopyJournal THEN jr[f] ELSE s.s IN
          /\ jr' = [jr EXCEPT ![e] = copied]
          /\ first' = [first EXCEPT ![e] = IF CopyJournal THEN first[f] ELSE s.n + 1]
          /\ jd' = [jd EXCEPT ![e] = Len(copied)] /\ told' = [told EXCEPT ![e] = Len(copied)]
          /\ mark' = [mark EXCEPT ![e] = Len(copied)]
  /\ UNCHANGED <<epoch, broken, mem, st, fs, must, granted, cnt, kills, cuts, failed, damaged>>
Next == \/ PowerCut \/ Challenge
        \/ \E e \in E : \/ Add(e) \/ Follow(e) \/ Force(e) \/ ForceFails(e) \/ Answer(e) \/ Store(e) \/ ForceStored(e)
                        \/ Remove(e) \/ Kill(e) \/ Damage(e) \/ Open(e) \/ CopyDatabase(e) \/ CopyTheJournal(e)
Spec == Init /\ [][Next]_vars
\* ---- invariants --------------------------------------------------------------
\* What was acknowledged is there, whoever serves; and what he serves is one history.
AcknowledgedIsKept == pc[epoch] = "serve" => Pfx(must, mem[epoch])
Once == \A e \in E : \A i, j \in 1..Len(mem[e]) : i # j => mem[e][i].id # mem[e][j].id
TermsGrow == \A a, b \in granted : a[1] = b[1] => a[2] = b[2]
\* With what may happen, somebody can go on, unless files were damaged.
NeverStuck == damaged = 0 /\ pc[epoch] = "down" /\ ~broken[epoch] =>
                /\ Len(jr[epoch]) >= mark[epoch] /\ Last(st[epoch]).n + 1 >= first[epoch]
=============================================================================
