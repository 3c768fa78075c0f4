package dev.coord.docs.snippets;

import dev.coord.Leadership;
import dev.coord.spring.LeaderOnly;
import dev.coord.spring.LeaderOnly.Otherwise;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

@Service
class Archiver {
    @LeaderOnly(otherwise = Otherwise.THROW)
    int archive(String folder, @Nullable Leadership leadership) {
        int moved = 0;
        while (leadership != null && leadership.isHeld() && moveNext(folder)) {
            moved++;
        }
        return moved;
    }

    private boolean moveNext(String folder) {
        return folder.isEmpty();
    }
}
