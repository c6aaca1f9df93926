/* A shared library like any other. */
int add_one(int x);
int add_one(int x) { return x + 1; }
