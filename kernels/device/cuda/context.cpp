#include "kernels/device/cuda/context.h"

#include <filesystem>

namespace dubplate::device {
namespace {

std::string in_words(const char* what, const std::string& said, std::source_location at) {
    return std::string(what) + ": " + said + " (" + std::filesystem::path(at.file_name()).filename().string() + ":" +
           std::to_string(at.line()) + ")";
}

}  // namespace

bool Context::use() {
    // Costs nothing where it is the thread's device already.
    return !lost && answer(cudaSetDevice(device), "choosing the device") == Status::ok;
}

Status Context::answer(cudaError_t error, const char* what, std::source_location at) {
    if (error == cudaSuccess) return Status::ok;
    message = in_words(what, cudaGetErrorString(error), at);
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();  // or the next call would answer with it
        return Status::out_of_memory;
    }
    lost = true;
    return Status::lost;
}

Status Context::answer_fft(cufftResult error, const char* what, std::source_location at) {
    if (error == CUFFT_SUCCESS) return Status::ok;
    // cuFFT hides what CUDA said to it.
    const cudaError_t behind = cudaGetLastError();
    message = in_words(what,
                       "cuFFT error " + std::to_string(static_cast<int>(error)) +
                           (behind != cudaSuccess ? std::string(", ") + cudaGetErrorString(behind) : std::string()),
                       at);
    if (error == CUFFT_ALLOC_FAILED) return Status::out_of_memory;
    lost = true;
    return Status::lost;
}

}  // namespace dubplate::device
