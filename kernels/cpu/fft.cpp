#include "kernels/cpu/fft.h"

#include <fftw3.h>

#include <bit>
#include <cassert>
#include <cstdint>
#include <map>
#include <mutex>
#include <type_traits>

#include "kernels/cpu/aligned.h"

namespace dubplate::kernels {
namespace {

/// FFTW's planners are not thread safe, not even those of its two precisions against each other's memory hooks.
std::mutex& planner_lock() {
    static std::mutex lock;
    return lock;
}

[[maybe_unused]] bool on_cache_line(const void* at) { return reinterpret_cast<std::uintptr_t>(at) % kCacheLine == 0; }

constexpr unsigned kPlanFlags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;

/// What was planned before, by us or by anyone else in the process, must not decide how we plan.
void forget_plans() {
    fftwf_forget_wisdom();
    fftw_forget_wisdom();
}

struct DestroyPlan {
    void operator()(fftwf_plan plan) const {
        const std::lock_guard guard(planner_lock());
        fftwf_destroy_plan(plan);
    }
};
using Plan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, DestroyPlan>;

fftwf_complex* complex_of(float* at) {
    assert(on_cache_line(at));
    return reinterpret_cast<fftwf_complex*>(at);
}

[[maybe_unused]] bool is_fft_size(int points) {
    return points >= 16 && points <= kLargestFft && std::has_single_bit(static_cast<unsigned>(points));
}

fftw_plan precise_plan(int points) {
    assert(is_fft_size(points));
    static auto& plans = *new std::map<int, fftw_plan>;  // kept for the process's life
    const std::lock_guard guard(planner_lock());
    fftw_plan& plan = plans[points];
    if (plan == nullptr) {
        AlignedVector<double> from(2 * static_cast<std::size_t>(points)), to(from.size());
        forget_plans();
        plan = fftw_plan_dft_1d(points, reinterpret_cast<fftw_complex*>(from.data()),
                                reinterpret_cast<fftw_complex*>(to.data()), FFTW_FORWARD, kPlanFlags);
        assert(plan != nullptr && "FFTW plans every size");
    }
    return plan;
}

fftw_plan cosine_plan(int steps) {
    static auto& plans = *new std::map<int, fftw_plan>;  // kept for the process's life
    const std::lock_guard guard(planner_lock());
    fftw_plan& plan = plans[steps];
    if (plan == nullptr) {
        AlignedVector<double> values(static_cast<std::size_t>(steps) + 1);
        forget_plans();
        plan = fftw_plan_r2r_1d(steps + 1, values.data(), values.data(), FFTW_REDFT00, kPlanFlags | FFTW_UNALIGNED);
    }
    return plan;
}

}  // namespace

struct Fft::Plans {
    Plan forward, backward;
};

Fft::Fft(int points) {
    AlignedVector<float> from(2 * static_cast<std::size_t>(points)), to(from.size());
    Plans plans;
    const std::lock_guard guard(planner_lock());
    forget_plans();
    plans.forward.reset(
        fftwf_plan_dft_1d(points, complex_of(from.data()), complex_of(to.data()), FFTW_FORWARD, kPlanFlags));
    plans.backward.reset(
        fftwf_plan_dft_1d(points, complex_of(from.data()), complex_of(to.data()), FFTW_BACKWARD, kPlanFlags));
    assert(plans.forward != nullptr && plans.backward != nullptr && "FFTW plans every size");
    plans_ = std::make_unique<const Plans>(std::move(plans));
}

Fft::~Fft() = default;

void Fft::forward(float* from, float* to) const {
    fftwf_execute_dft(plans_->forward.get(), complex_of(from), complex_of(to));
}

void Fft::backward(float* from, float* to) const {
    fftwf_execute_dft(plans_->backward.get(), complex_of(from), complex_of(to));
}

const Fft& complex_fft(int points) {
    assert(is_fft_size(points));
    static std::mutex lock;
    static std::map<int, std::unique_ptr<const Fft>> transforms;
    const std::lock_guard guard(lock);
    auto& transform = transforms[points];
    if (!transform) transform = std::make_unique<const Fft>(points);
    return *transform;
}

void precise_fft(int points, double* from, double* to) {
    assert(on_cache_line(from) && on_cache_line(to));
    fftw_execute_dft(precise_plan(points), reinterpret_cast<fftw_complex*>(from), reinterpret_cast<fftw_complex*>(to));
}

void precise_cosine_series(std::span<double> values) {
    const int steps = static_cast<int>(values.size()) - 1;
    assert(std::has_single_bit(static_cast<unsigned>(steps)));
    fftw_execute_r2r(cosine_plan(steps), values.data(), values.data());
}

const char* fft_library() { return fftwf_version; }

}  // namespace dubplate::kernels
