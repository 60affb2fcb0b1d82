#include "tests/support/processor_run.h"

#include <gtest/gtest.h>

#include <cassert>
#include <cstdlib>
#include <new>
#include <set>

namespace dubplate::test {
namespace {

/// Floats on a 64-byte boundary.
struct AlignedFloats {
    explicit AlignedFloats(std::size_t count)
        : data(static_cast<float*>(::operator new[](count * sizeof(float), std::align_val_t{64}))) {
        std::fill_n(data, count, 0.0f);
    }
    ~AlignedFloats() { ::operator delete[](data, std::align_val_t{64}); }
    AlignedFloats(const AlignedFloats&) = delete;
    AlignedFloats& operator=(const AlignedFloats&) = delete;
    float* data;
};

int smallest_width(int lanes) {
    for (const int width : {1, 4, 8, 16})
        if (lanes <= width) return width;
    ADD_FAILURE() << lanes << " lanes do not fit";
    std::abort();
}

/// What a kind, of any set, is called in a set.
const kernels::ProcessorKind& kind_of_set(const kernels::ProcessorKind& any_kind, kernels::Isa isa) {
    for (const kernels::ProcessorKind* kind : kernels::kernel_set(isa)->processors)
        if (kind->description.name == any_kind.description.name) return *kind;
    return any_kind;  // one of a test's own
}

/// The next multiple of kSettleFrames after a frame, which may lie before 0.
FrameCount next_settling(FrameCount frame) { return (floor_div(frame, kSettleFrames) + 1) * kSettleFrames; }

/// The values of the strips, and of the parameters that move in any of them.
class Values {
public:
    Values(const kernels::ProcessorKind& kind, const std::vector<StripRun>& strips, const RunOptions& options,
           FrameCount frames)
        : strips_(strips) {
        std::set<std::size_t> moving;
        for (const StripRun& strip : strips)
            for (const auto& [path, at] : strip.moving) {
                const std::size_t index = parameter_index(kind.description, path);
                EXPECT_NE(index, kNoParameter) << path;
                EXPECT_NE(parameter_at(kind.description, index).motion, Motion::fixed) << path;
                moving.insert(index);
            }
        for (const std::size_t index : moving)
            (parameter_at(kind.description, index).motion == Motion::per_frame ? per_frame : per_block)
                .push_back(index);
        for (const StripRun& strip : strips) {
            initial_.push_back(strip.values);
            greatest_.push_back(strip.values);
            least_.push_back(strip.values);
            for (const auto& [path, at] : strip.moving) {
                const std::size_t index = parameter_index(kind.description, path);
                initial_.back()[index] = at(options.start);
                double &greatest = greatest_.back()[index], &least = least_.back()[index];
                greatest = least = at(options.start);
                for (FrameCount frame = 0; frame <= frames; ++frame) {
                    greatest = std::max(greatest, at(options.start + frame));
                    least = std::min(least, at(options.start + frame));
                }
                motion_[{initial_.size() - 1, index}] = at;
            }
        }
        for (std::size_t strip = 0; strip < strips.size(); ++strip)
            views.push_back({.sample_rate = options.sample_rate,
                             .channels = static_cast<int>(strips[strip].input.size()),
                             .values = initial_[strip],
                             .greatest = greatest_[strip],
                             .impulse = strips[strip].impulse,
                             .least = least_[strip]});
    }

    double at(std::size_t strip, std::size_t index, FrameCount frame) const {
        const auto found = motion_.find({strip, index});
        return found == motion_.end() ? strips_[strip].values[index] : found->second(frame);
    }

    std::vector<kernels::StripValues> views;
    std::vector<std::size_t> per_block, per_frame;

private:
    const std::vector<StripRun>& strips_;
    std::vector<std::vector<double>> initial_, greatest_, least_;
    std::map<std::pair<std::size_t, std::size_t>, std::function<double(FrameCount)>> motion_;
};

}  // namespace

std::vector<double> values_of(const kernels::ProcessorKind& kind,
                              std::initializer_list<std::pair<std::string_view, double>> changes,
                              std::size_t group_size) {
    std::vector<double> values;
    for (std::size_t i = 0; i < parameter_count(kind.description, group_size); ++i)
        values.push_back(parameter_at(kind.description, i).standard);
    for (const auto& [path, value] : changes) {
        const std::size_t index = parameter_index(kind.description, path);
        EXPECT_LT(index, values.size()) << path;
        values.at(index) = value;
    }
    return values;
}

std::vector<Planar> run_processor(const kernels::ProcessorKind& any_kind, const std::vector<StripRun>& strips,
                                  const RunOptions& options) {
    const kernels::ProcessorKind& kind = kind_of_set(any_kind, options.isa.value_or(kernels::chosen_isa()));
    const std::size_t channels = strips.at(0).input.size();
    const auto frames = static_cast<FrameCount>(strips[0].input.at(0).size()) + options.tail_frames;
    const int lanes = static_cast<int>(channels * strips.size());
    const int width = options.width ? options.width : smallest_width(lanes);
    EXPECT_LE(lanes, width);

    const Values values(kind, strips, options, frames);
    for (const kernels::StripValues& strip : values.views) {
        if (!kind.validate) break;
        const Result<void> valid = kind.validate(strip);
        EXPECT_TRUE(valid) << valid.error().message;
    }
    const FrameCount latency = kind.latency ? kind.latency(values.views[0]) : 0;
    const FrameCount lead = kind.control_lead ? kind.control_lead(values.views[0]) : 0;
    EXPECT_EQ(latency % kControlFrames, 0);
    EXPECT_EQ(lead % kControlFrames, 0);
    const auto processor = kind.create({.width = width,
                                        .strips = values.views,
                                        .moving_per_block = values.per_block,
                                        .moving_per_frame = values.per_frame});

    constexpr std::size_t kMax = kernels::kMaxBlockFrames;
    const auto lane_count = static_cast<std::size_t>(width);
    AlignedFloats audio(kMax * lane_count), key(kMax * lane_count);
    AlignedFloats per_frame(std::max<std::size_t>(1, values.per_frame.size()) * kMax * lane_count);
    std::vector<double> grid((kMax / 64 + 1) * std::max<std::size_t>(1, values.per_block.size()) * lane_count);
    std::vector<Planar> output(strips.size(), Planar(channels, Signal(static_cast<std::size_t>(frames))));
    FrameCount zeros = 0;

    for (FrameCount done = 0; done < frames + latency;) {
        FrameCount block = options.block_frames;
        if (block == 0)
            block =
                64 *
                (1 + static_cast<FrameCount>((random_at(options.seed, static_cast<std::uint64_t>(done)) + 1.0) * 4.0));
        block = std::min(block, round_up(frames + latency - done, kControlFrames));
        if (options.settle) block = std::min(block, next_settling(options.start + done) - (options.start + done));

        bool silent = true;
        for (FrameCount n = 0; n < block; ++n)
            for (int lane = 0; lane < width; ++lane) {
                const auto at = static_cast<std::size_t>(n * width + lane);
                const StripRun* strip = lane < lanes ? &strips[static_cast<std::size_t>(lane) / channels] : nullptr;
                const auto frame = static_cast<std::size_t>(done + n);
                const std::size_t channel = static_cast<std::size_t>(lane) % channels;
                const auto sample = [&](const Planar& from) {
                    return !from.empty() && frame < from[channel].size() ? from[channel][frame] : 0.0f;
                };
                audio.data[at] = strip ? sample(strip->input) : 0.0f;
                key.data[at] = strip ? sample(strip->key) : 0.0f;
                silent &= audio.data[at] == 0.0f && key.data[at] == 0.0f;
            }
        const FrameCount out_start = options.start + done - latency;
        for (int lane = 0; lane < width; ++lane) {
            const std::size_t strip = lane < lanes ? static_cast<std::size_t>(lane) / channels : 0;
            for (std::size_t p = 0; p < values.per_block.size(); ++p)
                for (FrameCount row = 0; row <= block / 64; ++row)
                    grid[(static_cast<std::size_t>(row) * values.per_block.size() + p) * lane_count +
                         static_cast<std::size_t>(lane)] =
                        values.at(strip, values.per_block[p], out_start + lead + 64 * row);
            for (std::size_t p = 0; p < values.per_frame.size(); ++p)
                for (FrameCount n = 0; n < block; ++n)
                    per_frame.data[(p * static_cast<std::size_t>(block) + static_cast<std::size_t>(n)) * lane_count +
                                   static_cast<std::size_t>(lane)] =
                        static_cast<float>(values.at(strip, values.per_frame[p], out_start + n));
        }
        processor->process({.start = options.start + done,
                            .frames = static_cast<int>(block),
                            .audio = audio.data,
                            .key = strips[0].key.empty() ? nullptr : key.data,
                            .controls = {.grid = values.per_block.empty() ? nullptr : grid.data(),
                                         .frames = values.per_frame.empty() ? nullptr : per_frame.data}});
        for (FrameCount n = 0; n < block; ++n) {
            const FrameCount frame = done + n - latency;
            if (frame < 0 || frame >= frames) continue;
            for (int lane = 0; lane < lanes; ++lane)
                output[static_cast<std::size_t>(lane) / channels][static_cast<std::size_t>(lane) % channels]
                      [static_cast<std::size_t>(frame)] = audio.data[n * width + lane];
        }
        done += block;
        zeros = silent ? zeros + block : 0;
        if (options.settle && (options.start + done) % kSettleFrames == 0 && zeros >= kSettleFrames)
            processor->settle();
    }
    return output;
}

Planar run_processor(const kernels::ProcessorKind& kind, const StripRun& strip, const RunOptions& options) {
    return run_processor(kind, std::vector<StripRun>{strip}, options)[0];
}

}  // namespace dubplate::test
