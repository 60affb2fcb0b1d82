#include "kernels/cpu/fft.h"

#include <fftw3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <memory>
#include <mutex>

#include "kernels/cpu/aligned.h"

namespace dubplate::kernels {
namespace {

/// FFTW's planners are not thread safe, not even those of its two precisions against each other's memory hooks.
std::mutex& planner_lock() {
    static std::mutex lock;
    return lock;
}

[[maybe_unused]] bool on_cache_line(const void* at) { return reinterpret_cast<std::uintptr_t>(at) % kCacheLine == 0; }

class FftwReal final : public Fft {
public:
    /// Under the planner's lock.
    explicit FftwReal(int size) : size_(size) {
        AlignedVector<float> time(static_cast<std::size_t>(size));
        AlignedVector<float> spectrum(static_cast<std::size_t>(size) + 2);
        auto* bins = reinterpret_cast<fftwf_complex*>(spectrum.data());
        // What was planned before, by us or by anyone else in the process, must not decide how we plan.
        fftwf_forget_wisdom();
        forward_ = fftwf_plan_dft_r2c_1d(size, time.data(), bins, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        inverse_ = fftwf_plan_dft_c2r_1d(size, bins, time.data(), FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
        assert(forward_ != nullptr && inverse_ != nullptr && "FFTW plans every size");
    }
    // Plans live as long as the process: there is one of each size, and other statics may still transform at exit.

    int size() const override { return size_; }
    void forward(const float* time, float* spectrum) const override {
        assert(on_cache_line(time) && on_cache_line(spectrum));
        fftwf_execute_dft_r2c(forward_, const_cast<float*>(time), reinterpret_cast<fftwf_complex*>(spectrum));
    }
    void inverse(float* spectrum, float* time) const override {
        assert(on_cache_line(time) && on_cache_line(spectrum));
        fftwf_execute_dft_c2r(inverse_, reinterpret_cast<fftwf_complex*>(spectrum), time);
    }

private:
    int size_;
    fftwf_plan forward_ = nullptr, inverse_ = nullptr;
};

fftw_plan precise_plan(int size) {
    static std::array<fftw_plan, 32> plans{};
    const std::lock_guard guard(planner_lock());
    fftw_plan& plan = plans[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(size)))];
    if (plan == nullptr) {
        AlignedVector<double> time(static_cast<std::size_t>(size));
        AlignedVector<double> spectrum(static_cast<std::size_t>(size) + 2);
        fftw_forget_wisdom();
        plan = fftw_plan_dft_r2c_1d(size, time.data(), reinterpret_cast<fftw_complex*>(spectrum.data()),
                                    FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
    }
    return plan;
}

bool is_fft_size(int size) {
    return size >= 16 && size <= kLargestFft && std::has_single_bit(static_cast<unsigned>(size));
}

}  // namespace

const Fft& real_fft(int size) {
    assert(is_fft_size(size));
    static std::array<std::unique_ptr<const Fft>, 32> transforms;
    const std::lock_guard guard(planner_lock());
    auto& transform = transforms[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(size)))];
    if (!transform) transform = std::make_unique<FftwReal>(size);
    return *transform;
}

void precise_spectrum(std::span<const float> time, int size, double scale, float* spectrum) {
    assert(is_fft_size(size) && time.size() <= static_cast<std::size_t>(size));
    AlignedVector<double> wide(static_cast<std::size_t>(size), 0.0);
    AlignedVector<double> bins(static_cast<std::size_t>(size) + 2);
    std::copy(time.begin(), time.end(), wide.begin());
    fftw_execute_dft_r2c(precise_plan(size), wide.data(), reinterpret_cast<fftw_complex*>(bins.data()));
    for (std::size_t i = 0; i < bins.size(); ++i) spectrum[i] = static_cast<float>(bins[i] * scale);
}

}  // namespace dubplate::kernels
