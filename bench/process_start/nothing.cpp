// What posix_spawn starts.
int main() { return 0; }
