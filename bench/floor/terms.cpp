#include "bench/floor/terms.h"

#include <algorithm>

#include "bench/sessions/plan.h"
#include "bench/sessions/reference_plan.h"

namespace dubplate::bench {
namespace {

constexpr double kPackedBytes = 3.0, kFloatBytes = 4.0;
constexpr double kTailSeconds = 3.0;

// Multiplications and multiply-adds of a sample, in float32; one in float64 counts twice. What adds and compares alone has
// units of its own.
constexpr double kEqOperations = 4 * 4 + 1;                            // four sections of four, a gain
constexpr double kCompressorOperations = 2.5 + 9 + 1 + 4 * 2 + 7 + 1;  // power, log2, curve, smoothing, exp2, gain
constexpr double kLimiterOperations = 40;                              // magnitude, windowed least, smoothing, gain
constexpr double kPartitions = 9;                                      // of 16384 frames in 3 s
constexpr double kConvolutionOperations = kPartitions * 4;  // a complex product a bin and partition, a bin a sample

}  // namespace

std::vector<Term> floor_terms(const SessionSize& size, const Pieces& pieces, const MachineBounds& bounds) {
    const double sound = static_cast<double>(size.tracks) * size.seconds * kSampleRate;
    const double frames = (size.seconds + kTailSeconds) * kSampleRate;
    const double returns = std::min(kReturnCount, (size.tracks + kBusCount - 1) / kBusCount);
    const double outputs = 1.0 + kBusCount;
    const double fma = bounds.multiply_add;
    const double in_cache = 2 * kFloatBytes * bounds.cache_byte;
    std::vector<Term> terms{
        {"read", "read and unpack 24-bit files", sound, pieces.read, kPackedBytes * bounds.memory_byte},
        {"lanes", "planes to lanes and back", 2 * sound, pieces.lanes, in_cache},
        {"eq", "equalisers, four bands", sound, pieces.eq, kEqOperations * fma},
        {"compressor", "compressors", sound, pieces.compressor, kCompressorOperations * fma},
        // Left and right of a bus and of a send, each track; then buses and returns into the mix.
        {"sums", "faders, pans, sends and sums", 4 * sound + 2 * (kBusCount + returns) * frames, pieces.sum_term,
         std::max(2 * fma, kFloatBytes * bounds.cache_byte)},
        {"convolution", "returns: stereo responses of 3 s", 2 * returns * frames, pieces.convolution,
         2 * pieces.transform + kConvolutionOperations * fma},
        {"master-eq", "equaliser of the master", 2 * frames, pieces.master_eq, kEqOperations * fma},
        {"master-compressor", "compressor of the master", 2 * frames, pieces.master_compressor,
         kCompressorOperations * fma},
        {"limiter", "limiter of the master", 2 * frames, pieces.limiter, kLimiterOperations * fma},
        {"write", "dither, pack and write nine files", 2 * outputs * frames, pieces.write,
         kPackedBytes * bounds.copied_byte},
    };
    terms.push_back({"input-hash", "hashes of the inputs (XXH3)", sound, pieces.input_hash,
                     kPackedBytes * bounds.cache_byte, true});
    terms.push_back({"output-hash", "hashes of the outputs (SHA-256)", 2 * outputs * frames, pieces.output_hash,
                     pieces.output_hash, true});
    return terms;
}

}  // namespace dubplate::bench
