#pragma once

/// The module that drives CUDA devices (kernels/device/cuda), found beside the program and loaded while it runs: the
/// program links no CUDA, and goes without where there is none.
///
/// Where it is looked for: the file that DUBPLATE_CUDA_MODULE in the environment names, and nowhere else if it is set;
/// otherwise libdubplate_cuda.so in the folder of the program, and in ../lib and ../lib/dubplate seen from there.
/// What was loaded stays until the process ends: threads of a driver may run in it.
/// Threads: any.

#include <string>
#include <vector>

#include "kernels/device/backend.h"

namespace dubplate::device {

inline constexpr const char* kCudaModule = "libdubplate_cuda.so";
inline constexpr const char* kCudaModuleVariable = "DUBPLATE_CUDA_MODULE";

struct Module {
    const Backend* backend = nullptr;
    std::string file;     ///< which was loaded, or could not be; empty where none was found
    std::string why_not;  ///< in one line, where there is no backend
};

/// The files that could be it, in the order in which they are tried.
std::vector<std::string> cuda_module_places();
/// The first of `files` that is there, loaded.
Module load_module(const std::vector<std::string>& files);
/// The module of this process: loaded at the first call.
const Module& cuda_module();

}  // namespace dubplate::device
