package dev.coord.spring.autoconfigure;

/** The connection details of the application's own database. Only they are used: never its pool of connections. */
record ApplicationDatabase(String url, String username, String password) {
    @Override
    public String toString() {
        return "ApplicationDatabase";
    }
}
