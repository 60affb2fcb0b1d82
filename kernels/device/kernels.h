#pragma once

/// The kernels of a device: what each is given, and the number by which a backend is asked for it.
///
/// A kernel runs over independent items. Each has a struct of parameters, the count of items as a function of them, and
/// a body for one item, which every backend compiles from the same source (kernels/device/bodies.h).
/// All work on many strips at once: their parameters point to a table of entries in the device's memory, and an item is an
/// element (a frame, a bin) of an entry. No entry may write what another one reads or writes, but for `failed`.
/// Places: audio lies in rings of planes, one channel each. `at` is where in its ring the first frame of the call lies;
/// calls are never longer than a ring.
/// Arithmetic: that of the CPU, operation by operation, so that everything but transforms gives the CPU's bits.

#include <cstddef>
#include <cstdint>

namespace dubplate::device {

/// One channel's ring, and the place in it where a call begins.
struct Plane {
    float* samples = nullptr;
    std::int64_t at = 0;        ///< 0 <= at < capacity
    std::int64_t capacity = 1;  ///< frames
};

struct alignas(8) Complex {  // one load on a device
    float re = 0.0f, im = 0.0f;
};

enum class Kernel : std::int32_t { unpack, enter, multiply, combine, leave, retain, blend, mix, pack, weigh, overlap };
inline constexpr int kKernels = 11;

/// How samples of files and streams lie in memory, little endian. Integers of n bits are read as k / 2^(n-1).
enum class Samples : std::int32_t { int16, int24, int32, float32 };

/// Samples of one channel, out of frames of `channels`, into a ring: planes of floats are frames of one channel.
struct UnpackEntry {
    const std::byte* from = nullptr;  ///< the channel's first sample; null: zeros
    std::int32_t channels = 1;
    Samples samples = Samples::float32;
    float sign = 1.0f;  ///< -1 turns the polarity
    Plane to;
    std::int64_t frames = 0;
};
struct UnpackParams {
    const UnpackEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int64_t frames = 0;  ///< of the longest entry
};

/// A block of P frames and the one before it, as the complex numbers x(j) + i x(P + j) times root(j), ready to be
/// transformed (kernels/cpu/block_transform.h says why).
struct EnterEntry {
    Plane from;  ///< at: where the block before begins
    Complex* to = nullptr;
};
struct EnterParams {
    const EnterEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int32_t points = 0;         ///< P
    const Complex* roots = nullptr;  ///< [P]: exp(pi i j / 2P)
};

/// One path of a convolution: the spectra of its input, blocks of this call and blocks before it, and of its response.
struct MultiplyPath {
    const Complex* fresh = nullptr;     ///< [block][P]
    const Complex* kept = nullptr;      ///< [slot][P]: a ring of the blocks before, `kept_slots` of them
    const Complex* response = nullptr;  ///< [partition][P]
};
/// Sums of paths, in their order, partition after partition: out[block] = sum of input[block - partition] response[partition].
/// Every product is added to the sum before it by two fused multiply-adds, so that no bit depends on how partitions, or
/// paths over launches, are grouped.
struct MultiplyEntry {
    std::int32_t first_path = 0, paths = 0;
    Complex* to = nullptr;  ///< [block][P]
};
struct MultiplyParams {
    const MultiplyEntry* entries = nullptr;
    const MultiplyPath* paths = nullptr;
    std::int32_t count = 0;
    std::int32_t points = 0;
    std::int32_t blocks = 0;       ///< of this call, at least 1
    std::int32_t partitions = 0;   ///< of every response here, at least 1
    std::int32_t kept_slots = 0;   ///< at least partitions - 1
    std::int32_t newest_slot = 0;  ///< of the block before the first of this call
    std::int32_t add = 0;          ///< 1: to what stands in `to`; 0: in place of it, whatever it is
};

/// Spectra weighted and added up, for what is heard of many only as a sum: one transform back then does for all of them.
///
/// sum[number] = sum of weight from[number], in the order of the terms, in float32: each product is added to the sum before it
/// by a fused multiply-add of each part, so that no bit depends on how terms are grouped over launches. What a sum hears
/// with a weight of 0 it does not hear, not even a NaN.
/// Up to kCombineSums sums stand in an entry, so that a spectrum which several of them hear (a bus, what is sent to) is
/// read once. Bytes for a frame of a channel, of K partitions, n blocks a call: 8 (1 + (K - 1) / n) + 8 K / n that `multiply`
/// reads and 8 that it writes whatever is done with them, 8 of each term here and 8 of each sum. Had `multiply` added up
/// weighted sums, of twelve blocks at a time in registers, that would be 8 (1 + (K - 1) / 12) + 8 K / 12 for each pair of a term
/// and a sum. For 9 partitions and 24 blocks that is 30 here, however many sums hear a term; there 19 for one sum, 39 for
/// two, and as much as `multiply` alone once more where a term is also heard by itself. Strips that go to a bus and
/// send something elsewhere are the usual ones.
inline constexpr int kCombineSums = 4;
struct CombineTerm {
    const Complex* from = nullptr;
    float weight[kCombineSums] = {};  ///< in each of the entry's sums
};
struct CombineEntry {
    std::int32_t first_term = 0, terms = 0;
    std::int32_t adds = 0;           ///< bit k: sum k goes on from what stands there; otherwise from 0
    Complex* to[kCombineSums] = {};  ///< null: there is no such sum
};
struct CombineParams {
    const CombineEntry* entries = nullptr;
    const CombineTerm* terms = nullptr;
    std::int32_t count = 0;
    std::int64_t numbers = 0;  ///< of every spectrum, all blocks of it
};

/// What comes back of a transform: the block is the imaginary part of (spectrum times conjugate root).
struct LeaveEntry {
    const Complex* from = nullptr;
    Plane to;
};
struct LeaveParams {
    const LeaveEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int32_t points = 0;
    const Complex* roots = nullptr;
};

/// Spectra that later calls look back on.
struct RetainEntry {
    const Complex* from = nullptr;
    Complex* to = nullptr;
};
struct RetainParams {
    const RetainEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int32_t points = 0;
};

/// A block of P frames weighted by a window, as the complex numbers window(j) x(j) times root(j), ready to be transformed: for
/// convolutions whose responses change from block to block (kernels/cpu/moving_convolver.h).
struct WeighEntry {
    Plane from;  ///< at: where the block begins
    Complex* to = nullptr;
};
struct WeighParams {
    const WeighEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int32_t points = 0;        ///< P
    const float* window = nullptr;  ///< [P]
    const Complex* roots = nullptr;
};

/// A hop of P / 2 frames of what such blocks leave: four of them sound in it, each of which begins a hop after the one before.
/// Of (a block that comes back of a transform, times conjugate root) real parts are its own P frames, imaginary parts the P
/// behind them: the hop is the last, the third, the second and the first of the four hops of these blocks, in this order.
struct OverlapEntry {
    const Complex* from[4] = {};  ///< [P]; null: it leaves nothing, or was added by an earlier call
    Plane to;
    std::int32_t add = 0;  ///< 1: to what stands in `to`; 0: in place of it, whatever it is
};
struct OverlapParams {
    const OverlapEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int32_t points = 0;
    const Complex* roots = nullptr;
};

/// One channel's end of a convolution: share = 0.01 mix; out = share gain_or_silence(gain) wet + (1 - share) dry.
struct BlendEntry {
    Plane wet, dry, to;  ///< dry.samples null: there is no dry part (mix is 100)
    const float* mix = nullptr;
    const float* gain = nullptr;  ///< [frame], percent and dB; null: the constants
    float constant_mix = 100.0f, constant_gain = 0.0f;
};
struct BlendParams {
    const BlendEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int64_t frames = 0;
};

/// One row of one destination: the sum of its sources in their order, float64, rounded once (kernels/cpu/mix.h).
struct MixSource {
    Plane from;
    double gain = 0.0;
    const double* gains = nullptr;  ///< [frame], multiplied by gain; null: gain alone
};
struct MixEntry {
    std::int32_t first_source = 0, sources = 0;
    float* to = nullptr;             ///< [frame]
    std::int32_t* failed = nullptr;  ///< set to 1 where a sum is not finite
};
struct MixParams {
    const MixEntry* entries = nullptr;
    const MixSource* sources = nullptr;
    std::int32_t count = 0;
    std::int64_t frames = 0;
};

/// One channel to integers as a file holds them, with the dither of engine/audio/dither.h.
struct PackEntry {
    const float* from = nullptr;  ///< [frame]
    std::byte* to = nullptr;      ///< the channel's first sample
    std::int32_t channels = 1;    ///< of a frame
    std::int32_t bits = 24;       ///< 16 or 24
    std::uint32_t key0 = 0, key1 = 0, channel = 0;
    std::int64_t first = 0;  ///< absolute frame of the first sample
    std::int32_t dither = 1;
};
struct PackParams {
    const PackEntry* entries = nullptr;
    std::int32_t count = 0;
    std::int64_t frames = 0;
};

}  // namespace dubplate::device
