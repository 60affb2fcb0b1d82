// A library that a module needs, and that is not found where the module is loaded.
extern "C" int dubplate_needed() { return 1; }
