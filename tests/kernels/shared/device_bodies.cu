// Compiled, not run: every body of kernels/shared is code for a device as it stands, one element a thread.

#include "kernels/shared/dynamics.h"
#include "kernels/shared/math.h"
#include "kernels/shared/one_pole.h"
#include "kernels/shared/philox.h"
#include "kernels/shared/second_order.h"

namespace dubplate::kernels {

__global__ void functions(const float* in, float* out, const double* wide_in, double* wide_out) {
    const unsigned at = blockIdx.x * blockDim.x + threadIdx.x;
    out[at] = gain_or_silence(exp2_float(log2_float(in[at])));
    double sine, cosine;
    sine_cosine_of_turns(exp2_double(log2_double(wide_in[at])), sine, cosine);
    wide_out[at] = sine + cosine;
}

__global__ void trim(float* audio, const float* gain_db, const float* sign, int frames, int lanes) {
    const int lane = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (lane >= lanes) return;
    for (int frame = 0; frame < frames; ++frame) {
        const int at = frame * lanes + lane;
        audio[at] = audio[at] * (gain_or_silence(gain_db[at]) * sign[lane]);
    }
}

__global__ void filters(double* audio, DirectBiquad<double> direct, StateVariable<double> moving, KeyFilter<double> key,
                        int frames) {
    double s1 = 0.0, s2 = 0.0, m1 = 0.0, m2 = 0.0, state = 0.0;
    const double divisor = state_variable_divisor(moving.g, moving.k);
    for (int frame = 0; frame < frames; ++frame) {
        double x = step_biquad<true>(direct, audio[frame], s1, s2);
        x = step_state_variable(moving, divisor, x, m1, m2);
        audio[frame] = one_pole_low_pass(key.process(x), 0.5, state);
    }
}

__global__ void filters_in_float(float* audio, DeltaBiquad<float> delta, int frames) {
    float s1 = 0.0f, s2 = 0.0f;
    for (int frame = 0; frame < frames; ++frame) audio[frame] = step_biquad(delta, audio[frame], s1, s2);
}

__global__ void gains(const float* level, float* gain, GainCurve<float> curve) {
    const unsigned at = blockIdx.x * blockDim.x + threadIdx.x;
    gain[at] = GainComputer<false, float>(curve)(level[at]) + GainComputer<true, float>(curve)(level[at]);
}

}  // namespace dubplate::kernels
