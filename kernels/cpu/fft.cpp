#include "kernels/cpu/fft.h"

#include <fftw3.h>
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <memory>
#include <mutex>
#include <type_traits>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/real_halves.h"

namespace dubplate::kernels {
namespace {

/// FFTW's planners are not thread safe, not even those of its two precisions against each other's memory hooks.
std::mutex& planner_lock() {
    static std::mutex lock;
    return lock;
}

[[maybe_unused]] bool on_cache_line(const void* at) { return reinterpret_cast<std::uintptr_t>(at) % kCacheLine == 0; }

constexpr unsigned kPlanFlags = FFTW_ESTIMATE;

/// What was planned before, by us or by anyone else in the process, must not decide how we plan.
void forget_plans() {
    fftwf_forget_wisdom();
    fftw_forget_wisdom();
}

/// A plan of FFTW, destroyed with its owner.
struct DestroyPlan {
    void operator()(fftwf_plan plan) const {
        const std::lock_guard guard(planner_lock());
        fftwf_destroy_plan(plan);
    }
};
using Plan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, DestroyPlan>;

/// Small sizes, by FFTW alone.
class PlainFft final : public Fft {
public:
    /// Under the planner's lock.
    explicit PlainFft(int size) : size_(size) {
        AlignedVector<float> time(static_cast<std::size_t>(size));
        AlignedVector<float> spectrum(static_cast<std::size_t>(size) + 2);
        auto* bins = reinterpret_cast<fftwf_complex*>(spectrum.data());
        forget_plans();
        forward_.reset(fftwf_plan_dft_r2c_1d(size, time.data(), bins, kPlanFlags | FFTW_PRESERVE_INPUT));
        inverse_.reset(fftwf_plan_dft_c2r_1d(size, bins, time.data(), kPlanFlags | FFTW_DESTROY_INPUT));
        assert(forward_ != nullptr && inverse_ != nullptr && "FFTW plans every size");
    }

    int size() const override { return size_; }
    void forward(const float* time, float* spectrum) const override {
        assert(on_cache_line(time) && on_cache_line(spectrum));
        fftwf_execute_dft_r2c(forward_.get(), const_cast<float*>(time), reinterpret_cast<fftwf_complex*>(spectrum));
    }
    void inverse(float* spectrum, float* time) const override {
        assert(on_cache_line(time) && on_cache_line(spectrum));
        fftwf_execute_dft_c2r(inverse_.get(), reinterpret_cast<fftwf_complex*>(spectrum), time);
    }

private:
    int size_;
    Plan forward_, inverse_;
};

/// Large sizes: two complex transforms of a quarter by FFTW, joined by RealHalves.
class HalvesFft final : public Fft {
public:
    /// Under the planner's lock.
    explicit HalvesFft(int size) : size_(size), halves_(size) {
        AlignedVector<float> from(static_cast<std::size_t>(size)), to(from.size());
        auto* points = reinterpret_cast<fftwf_complex*>(from.data());
        auto* bins = reinterpret_cast<fftwf_complex*>(to.data());
        const int quarter = size / 4;
        forget_plans();
        // Forward reads every other point of each; back writes one after the other, for a strided write is slower than
        // the pass that puts them in turn.
        forward_.reset(fftwf_plan_many_dft(1, &quarter, 2, points, nullptr, 2, 1, bins, nullptr, 1, quarter,
                                           FFTW_FORWARD, kPlanFlags | FFTW_PRESERVE_INPUT));
        inverse_.reset(fftwf_plan_many_dft(1, &quarter, 2, bins, nullptr, 1, quarter, points, nullptr, 1, quarter,
                                           FFTW_BACKWARD, kPlanFlags | FFTW_DESTROY_INPUT));
        assert(forward_ != nullptr && inverse_ != nullptr && "FFTW plans every size");
    }

    int size() const override { return size_; }
    void forward(const float* time, float* spectrum) const override {
        assert(on_cache_line(time) && on_cache_line(spectrum));
        float* halves = scratch();
        fftwf_execute_dft(forward_.get(), reinterpret_cast<fftwf_complex*>(const_cast<float*>(time)),
                          reinterpret_cast<fftwf_complex*>(halves));
        halves_.join(halves, spectrum);
    }
    void inverse(float* spectrum, float* time) const override {
        assert(on_cache_line(time) && on_cache_line(spectrum));
        float* halves = scratch();
        halves_.part(spectrum, halves);
        fftwf_execute_dft(inverse_.get(), reinterpret_cast<fftwf_complex*>(halves),
                          reinterpret_cast<fftwf_complex*>(spectrum));
        const float* even = spectrum;
        const float* odd = spectrum + size_ / 2;
        for (int i = 0; i < size_ / 2; i += 8, time += 16) {
            // (e0 e1 e2 e3), (o0 o1 o2 o3) to (e0 o0 e1 o1), (e2 o2 e3 o3), complex numbers as doubles
            const __m256d e = _mm256_castps_pd(_mm256_load_ps(even + i)), o = _mm256_castps_pd(_mm256_load_ps(odd + i));
            const __m256d low = _mm256_unpacklo_pd(e, o), high = _mm256_unpackhi_pd(e, o);
            _mm256_store_ps(time, _mm256_castpd_ps(_mm256_permute2f128_pd(low, high, 0x20)));
            _mm256_store_ps(time + 8, _mm256_castpd_ps(_mm256_permute2f128_pd(low, high, 0x31)));
        }
    }

private:
    float* scratch() const {
        static thread_local AlignedVector<float> halves;
        if (halves.size() < static_cast<std::size_t>(size_)) halves.resize(static_cast<std::size_t>(size_));
        return halves.data();
    }

    int size_;
    RealHalves halves_;
    Plan forward_, inverse_;
};

constexpr int kSmallestOfHalves = 1024;

fftw_plan precise_plan(int size) {
    static std::array<fftw_plan, 32> plans{};
    const std::lock_guard guard(planner_lock());
    fftw_plan& plan = plans[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(size)))];
    if (plan == nullptr) {
        AlignedVector<double> time(static_cast<std::size_t>(size));
        AlignedVector<double> spectrum(static_cast<std::size_t>(size) + 2);
        forget_plans();
        plan = fftw_plan_dft_r2c_1d(size, time.data(), reinterpret_cast<fftw_complex*>(spectrum.data()),
                                    kPlanFlags | FFTW_DESTROY_INPUT);
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
    if (!transform) {
        if (size < kSmallestOfHalves) {
            transform = std::make_unique<PlainFft>(size);
        } else {
            transform = std::make_unique<HalvesFft>(size);
        }
    }
    return *transform;
}

void precise_spectrum(std::span<const float> time, int size, double scale, float* spectrum) {
    assert(is_fft_size(size) && time.size() <= static_cast<std::size_t>(size));
    // Kept: a response has a hundred of them, and new memory for each takes longer than the transform.
    static thread_local AlignedVector<double> wide, bins;
    wide.resize(static_cast<std::size_t>(size));
    bins.resize(static_cast<std::size_t>(size) + 2);
    std::fill(std::copy(time.begin(), time.end(), wide.begin()), wide.end(), 0.0);
    fftw_execute_dft_r2c(precise_plan(size), wide.data(), reinterpret_cast<fftw_complex*>(bins.data()));
    for (std::size_t i = 0; i < bins.size(); ++i) spectrum[i] = static_cast<float>(bins[i] * scale);
}

const char* fft_library() { return fftwf_version; }

}  // namespace dubplate::kernels
