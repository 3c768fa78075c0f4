package dev.coord.spring.autoconfigure;

/** Resolves the directory of an application whose name is not plain. */
final class FileNamesMain {
    private FileNamesMain() {}

    public static void main(String[] args) {
        try {
            System.out.println(SharedDirectoryResolver.resolve(null, "b\u00fccher", "/home/me"));
        } catch (UnusableDirectoryException e) {
            System.out.println(e.getMessage() + " " + e.action());
        }
    }
}
