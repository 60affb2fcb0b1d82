#pragma once

/// How a processor is written. One header, one source, one line in registry.cpp:
///
///     // kernels/processors/trim.h
///     extern const ProcessorKind kTrim;
///     // kernels/processors/trim.cpp: the description, latency and tail as functions of the parameters, the body
///     // kernels/processors/registry.cpp: &kTrim
///
/// Shape. A processor instance works on lanes. A lane is one channel of one strip; an instance holds `strips` strips of
/// `channels` channels each, strip after strip, padded to a width of 1, 4, 8 or 16 lanes. Audio is [frame][width]. A
/// stereo strip alone is 2 lanes in a width of 4; sixteen mono strips with the same chain are one width of 16. The
/// body is a template over the width and gives the same bits in every lane whatever the width and the neighbours.
///
/// Time. Blocks begin at absolute multiples of 64 and hold a multiple of 64 frames, at most kMaxBlockFrames. A
/// processor of latency L writes the frames [start - L, start - L + frames) when it is given [start, start + frames);
/// L is a multiple of 64. Parameters are those of the frames that come out.
///
/// Determinism: no state but its own, no clock, no random numbers but those keyed by absolute frame.
/// Threads: create() may run on any thread, instances are independent, one caller at a time each.
/// Errors: whatever can be wrong with values is found by validate() or create(); process() cannot fail.

#include <memory>
#include <span>
#include <vector>

#include "engine/base/parameter.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "kernels/processors/lane_rows.h"

namespace dubplate::kernels {

inline constexpr int kMaxBlockFrames = 512;
inline constexpr int kMaxLanes = 16;

/// A response for convolution: what the file holds at the session's rate, [channel][frame].
struct ImpulseResponse {
    std::vector<std::vector<float>> channels;
    FrameCount frames() const { return channels.empty() ? 0 : static_cast<FrameCount>(channels[0].size()); }
};

/// What one strip's insert was given.
struct StripValues {
    double sample_rate = 48000.0;
    int channels = 2;
    std::span<const double> values;    ///< [parameter], at the session's start, in the units of the description
    std::span<const double> greatest;  ///< [parameter], the largest value over time (equal to values if it stays)
    const ImpulseResponse* impulse = nullptr;  ///< of the description's file parameter; outlives the instance
    std::span<const double> least = {};        ///< [parameter], the smallest value over time; empty: equal to values
};

/// How long a processor sounds after its input ends, and the longest silence there may be within that.
struct Tail {
    FrameCount frames = 0;
    FrameCount gap_frames = 0;
};

/// Everything an instance is made from.
struct Setup {
    int width = 1;                        ///< 1, 4, 8, 16; less than lanes(): see Processor::lane_rows()
    std::span<const StripValues> strips;  ///< same channels, latency, choices and moving parameters in all
    /// Parameters that move in any of the strips; Controls hold them in this order.
    std::span<const std::size_t> moving_per_block;
    std::span<const std::size_t> moving_per_frame;

    int channels() const { return strips[0].channels; }
    double sample_rate() const { return strips[0].sample_rate; }
    int lanes() const { return channels() * static_cast<int>(strips.size()); }
    /// The strip of a lane; idle lanes (beyond lanes()) repeat the first strip and always carry silence.
    const StripValues& strip_of(int lane) const {
        return strips[lane < lanes() ? static_cast<std::size_t>(lane / channels()) : 0];
    }
    double value(std::size_t parameter, int lane) const { return strip_of(lane).values[parameter]; }
};

/// The moving parameters during one block, for the frames that come out (and, where a kind has a control_lead, so many
/// frames later).
struct Controls {
    /// [grid point][moving_per_block][width]: grid point k is 64 k frames into the block, one more than the block has
    /// grid steps, so that row k and k + 1 stand at the ends of step k. nullptr if nothing moves per block.
    const double* grid = nullptr;
    /// [moving_per_frame][frame][width]; nullptr if nothing moves per frame.
    const float* frames = nullptr;
};

struct LaneBlock {
    FrameCount start = 0;        ///< absolute frame of the first input frame
    int frames = 0;              ///< multiple of 64
    float* audio = nullptr;      ///< [frame][width], replaced in place; 64-byte aligned
    const float* key = nullptr;  ///< [frame][width], side-chain lined up with the input; nullptr if none is connected
    Controls controls;
};

class Processor {
public:
    virtual ~Processor() = default;
    virtual void process(const LaneBlock& block) = 0;
    /// Called at absolute multiples of 8192 after at least 8192 frames of exactly zero input (and key): sets states
    /// below 1e-12 to 0 and returns whether everything is 0, so that zeros in would give zeros out from now on.
    virtual bool settle() = 0;
    /// Adds all that belongs to single lanes and answers true where lanes can move between instances. Such an instance is
    /// also made with fewer lanes than its strips need: its shape is that of all strips, its lanes hold those that are
    /// loaded (LaneRows). So strips that rest take no lanes from those that sound.
    virtual bool lane_rows(LaneRows&) { return false; }
    /// After settle() has returned false: whether zeros in give zeros out from now on all the same, because nothing is
    /// left but what decays unheard (a gain that multiplies zeros). Only where lane_rows() answers true, and asked for the
    /// first strip's lanes alone.
    virtual bool fades() const { return false; }
    /// What fades() speaks of, 8192 frames of zero input later.
    virtual void fade() {}
};

/// A processor that multiplies its (delayed) input by gains found from the whole signal. `detect` gives the gains,
/// apply() uses them; a stem's copy of a bus calls apply() alone with the bus's own gains.
class GainProcessor : public Processor {
public:
    GainProcessor(int width, FrameCount latency_frames);
    ~GainProcessor() override;
    /// Fills gain [frame][width], lined up with the frames that come out. Must not write block.audio.
    virtual void detect(const LaneBlock& block, float* gain) = 0;
    /// Delays block.audio by the latency and multiplies by gain [frame][width].
    void apply(const LaneBlock& block, const float* gain);
    void process(const LaneBlock& block) final;
    /// Settles the detector and the delayed audio.
    bool settle() final;
    bool fades() const final { return delay_rests_ && detector_fades(); }

protected:
    /// Without latency a body may have a way from the key to the audio that keeps no gains. It gives the bits of detect()
    /// and apply(), and answers false, with nothing done, where it has none for this block.
    virtual bool process_at_once(const LaneBlock&) { return false; }
    virtual bool settle_detector() = 0;
    virtual bool detector_fades() const { return false; }
    /// Those of the delayed audio.
    void add_delay_rows(LaneRows& rows);
    int width() const { return width_; }

private:
    struct Delay;
    int width_;
    bool delay_rests_ = false;
    std::unique_ptr<Delay> delay_;
    std::vector<float> gain_;  // [frame][width]
};

struct FixedConvolution;  // fixed_convolution.h

/// One kind: its description and its functions. Defined once in the processor's source.
struct ProcessorKind {
    const ProcessorDescription& description;
    /// Frames by which the output lags the input, a multiple of 64. nullptr: 0.
    FrameCount (*latency)(const StripValues&) = nullptr;
    /// Frames by which Controls::grid is ahead of the frames that come out, a multiple of 64: for bodies that read values
    /// once for a long block. nullptr: 0.
    FrameCount (*control_lead)(const StripValues&) = nullptr;
    /// nullptr: no tail.
    Tail (*tail)(const StripValues&) = nullptr;
    /// What it does while nothing moves per block, where that is a convolution. nullptr: it is none.
    FixedConvolution (*fixed_convolution)(const StripValues&) = nullptr;
    /// Where it is, while values move per block, that convolution of windowed blocks, as long as its responses, each with
    /// those of the values in the block's middle (kernels/cpu/moving_convolver.h): how many responses these have at most.
    /// nullptr: it is not.
    int (*moving_responses)(const StripValues&) = nullptr;
    /// What the ranges of single parameters cannot say ("a mono strip with a stereo response"). nullptr: all is well.
    Result<void> (*validate)(const StripValues&) = nullptr;
    /// Whether channels that are equal come out equal, as the one channel of a mono strip would but for rounding; without a
    /// key. nullptr: they may not.
    bool (*keeps_channels_equal)(const StripValues&) = nullptr;
    std::unique_ptr<Processor> (*create)(const Setup&);
    /// The spectra of a response that instances share, if there are any now: while they are held instances find them. They
    /// must go before the response does. nullptr: there are none.
    std::shared_ptr<const void> (*spectra)(const ImpulseResponse&) = nullptr;
};

/// Every kind there is, in the order in which they are shown.
std::span<const ProcessorKind* const> processor_kinds();
/// Their descriptions, for the session reader, the schema and the command line.
ProcessorTable processor_table();
const ProcessorKind* find_processor(std::string_view name);

/// For kinds whose channels all have the same values (ProcessorKind::keeps_channels_equal).
inline bool always_keeps_channels_equal(const StripValues&) { return true; }

/// A gain processor that only applies: for a stem's copy of a bus, fed with the bus's gains.
std::unique_ptr<GainProcessor> make_gain_follower(int width, FrameCount latency_frames);
/// Delays by a latency and does nothing else: a bypassed insert.
std::unique_ptr<Processor> make_plain_delay(int width, FrameCount latency_frames);

/// Makes P<1>, P<4>, P<8> or P<16> as the setup asks: `.create = make_lanes<TrimLanes>`.
template <template <int> class P>
std::unique_ptr<Processor> make_lanes(const Setup& setup) {
    switch (setup.width) {
        case 1: return std::make_unique<P<1>>(setup);
        case 4: return std::make_unique<P<4>>(setup);
        case 8: return std::make_unique<P<8>>(setup);
        default: return std::make_unique<P<16>>(setup);
    }
}

}  // namespace dubplate::kernels
