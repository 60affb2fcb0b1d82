#include "engine/nodes/strip_block.h"

#include <fmt/format.h>
#include <cmath>
#include <map>

#include "kernels/cpu/mix.h"
#include "kernels/cpu/transpose.h"

namespace dubplate::nodes {
namespace {

using kernels::kMaxBlockFrames;
using kernels::kMaxLanes;

/// Strips with equal text may run side by side.
std::string shape_of(const BlockStrip& strip) {
    std::string text = fmt::format("{}", strip.channels);
    for (int k = strip.first; k < strip.last; ++k) {
        const InsertStreams& streams = strip.streams[static_cast<std::size_t>(k - strip.first)];
        text += fmt::format("/{}{}", strip.setup->inserts[static_cast<std::size_t>(k)].signature(),
                            streams.gain_in ? "|follows" : "");
    }
    return text;
}

}  // namespace

StripBlock::StripBlock(std::vector<BlockStrip> strips, std::vector<BlockOutput> outputs, double sample_rate,
                       FrameCount lead, FrameCount run_start)
    : strips_(std::move(strips)),
      outputs_(std::move(outputs)),
      lead_(lead),
      run_start_(run_start),
      placed_(strips_.size()),
      lanes_(static_cast<std::size_t>(kMaxLanes * kMaxBlockFrames)),
      silent_(strips_.size()) {
    std::map<std::string, std::size_t> open;  // by shape, the group that still has room
    for (std::size_t s = 0; s < strips_.size(); ++s) {
        const std::string shape = shape_of(strips_[s]);
        const auto found = open.find(shape);
        const bool fits = found != open.end() &&
                          (static_cast<int>(members_[found->second].size()) + 1) * strips_[s].channels <= kMaxLanes;
        const std::size_t group = fits ? found->second : members_.size();
        if (!fits) {
            members_.emplace_back();
            open[shape] = group;
        }
        placed_[s] = {group, static_cast<int>(members_[group].size()) * strips_[s].channels};
        members_[group].push_back(s);
    }
    for (const auto& members : members_) {
        const BlockStrip& shape = strips_[members[0]];
        std::vector<LaneMember> lane_members;
        for (const std::size_t s : members) lane_members.push_back({strips_[s].setup, strips_[s].streams});
        groups_.emplace_back(std::move(lane_members), shape.channels, sample_rate, shape.first, shape.last);
        planar_.emplace_back(static_cast<std::size_t>(groups_.back().lanes() * kMaxBlockFrames));
    }
    for (const BlockOutput& output : outputs_)
        summed_channels_ += static_cast<std::int64_t>(output.sources.size()) * output.stream->channels();
}

const float* StripBlock::row(std::size_t strip, int channel) const {
    return planar_[placed_[strip].group].data() + (placed_[strip].first_lane + channel) * kMaxBlockFrames;
}

Result<void> StripBlock::run(const Chunk& chunk) {
    const FrameCount begin = chunk.start + lead_;
    for (const BlockStrip& strip : strips_)
        if (strip.clips) strip.clips->prefetch(begin + chunk.frames, chunk.frames);
    for (FrameCount done = 0; done < chunk.frames; done += kMaxBlockFrames) {
        if (chunk.stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
        const int frames = static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, chunk.frames - done));
        for (std::size_t group = 0; group < groups_.size(); ++group)
            if (auto ok = run_group(group, begin + done, frames, chunk.timeline); !ok) return ok;
        for (const BlockOutput& output : outputs_)
            if (auto ok = write_output(output, begin + done, frames); !ok) return ok;
        lap(chunk.timeline, Work::sums, frames * summed_channels_);
    }
    return {};
}

/// Returns true if the strip's input is silent over the block.
Result<bool> StripBlock::read_input(BlockStrip& strip, FrameCount start, int frames, float* const* rows) {
    bool silent = true;
    if (strip.clips) {
        if (start + frames > run_start_ && !strip.clips->is_silent(start, frames)) {
            if (auto ok = strip.clips->read(start, frames, rows); !ok) return fail(ok.error());
            if (start < run_start_)
                for (int c = 0; c < strip.channels; ++c) std::fill_n(rows[c], run_start_ - start, 0.0f);
            silent = false;
        }
    } else if (!strip.input.is_silent(start, frames)) {
        for (int c = 0; c < strip.channels; ++c) strip.input.read(start, frames, c, rows[c]);
        silent = false;
    }
    if (strip.entry_tap) {
        if (silent)
            strip.entry_tap->write_silence(start, frames);
        else
            strip.entry_tap->write(start, frames, rows);
    }
    if (!silent && strip.invert)
        for (int c = 0; c < strip.channels; ++c)
            for (int f = 0; f < frames; ++f) rows[c][f] = -rows[c][f];
    return silent;
}

Result<void> StripBlock::run_group(std::size_t group, FrameCount start, int frames, Timeline* timeline) {
    LaneGroup& lanes = groups_[group];
    const FrameCount in_start = start + lanes.latency_frames();
    float* rows[kMaxLanes];
    for (int lane = 0; lane < lanes.lanes(); ++lane) rows[lane] = planar_[group].data() + lane * kMaxBlockFrames;
    bool all_silent = true;
    bool input_silent[kMaxLanes];
    for (std::size_t m = 0; m < members_[group].size(); ++m) {
        BlockStrip& strip = strips_[members_[group][m]];
        const auto silent = read_input(strip, in_start, frames, rows + placed_[members_[group][m]].first_lane);
        if (!silent) return fail(silent.error());
        input_silent[m] = *silent;
        all_silent &= *silent;
    }
    const std::int64_t samples = std::int64_t{frames} * lanes.lanes();
    lap(timeline, strips_[members_[group][0]].clips ? Work::read_clips : Work::read_streams, samples);
    const bool has_inserts = strips_[members_[group][0]].last > strips_[members_[group][0]].first;
    if (!has_inserts) {
        for (std::size_t m = 0; m < members_[group].size(); ++m) silent_[members_[group][m]] = input_silent[m];
        return {};
    }
    if (!all_silent) {
        for (std::size_t m = 0; m < members_[group].size(); ++m)
            if (input_silent[m])
                for (int c = 0; c < lanes.lanes() / static_cast<int>(members_[group].size()); ++c)
                    std::fill_n(rows[placed_[members_[group][m]].first_lane + c], frames, 0.0f);
        kernels::planes_to_lanes(lanes.width(), rows, frames, lanes.lanes(), lanes_.data());
        lap(timeline, Work::lanes, samples);
    }
    const bool silent = lanes.process(in_start, frames, lanes_.data(), all_silent, timeline);
    if (!silent) {
        kernels::lanes_to_planes(lanes.width(), lanes_.data(), frames, lanes.lanes(), rows);
        lap(timeline, Work::lanes, samples);
    }
    for (const std::size_t s : members_[group]) silent_[s] = silent;
    return {};
}

Result<void> StripBlock::write_output(const BlockOutput& output, FrameCount start, int frames) {
    sounding_.clear();
    for (const BlockSource& source : output.sources)
        if (!silent_[source.strip] && !source.gain.is_silent()) sounding_.push_back(&source);
    if (sounding_.empty()) {
        output.stream->write_silence(start, frames);
        return {};
    }
    if (gains_.size() < sounding_.size()) gains_.resize(sounding_.size());
    for (std::size_t k = 0; k < sounding_.size(); ++k) sounding_[k]->gain.evaluate(start, frames, gains_[k]);
    alignas(64) float out[kMaxBlockFrames];
    for (int to = 0; to < output.stream->channels(); ++to) {
        terms_.clear();
        for (std::size_t k = 0; k < sounding_.size(); ++k) {
            const OutputGain& gain = sounding_[k]->gain;
            const RowGains& gains = gains_[k];
            const std::size_t side = OutputGain::row_of(to, gain.use());
            for (int from = 0; from < strips_[sounding_[k]->strip].channels; ++from) {
                const double fold = gain.fold(to, from);
                if (fold == 0.0) continue;
                const float* in = row(sounding_[k]->strip, from);
                if (gains.moving)
                    terms_.push_back({in, fold, gains.per_frame[side].data()});
                else
                    terms_.push_back({in, fold * gains.constant[side], nullptr});
            }
        }
        if (!kernels::mix(terms_, frames, out)) return fail(not_finite(output, start, frames));
        output.stream->write_channel(start, frames, to, out);
    }
    return {};
}

Error StripBlock::not_finite(const BlockOutput& output, FrameCount start, int frames) const {
    for (int f = 0; f < frames; ++f)
        for (const BlockSource& source : output.sources)
            if (!silent_[source.strip])
                for (int c = 0; c < strips_[source.strip].channels; ++c)
                    if (!std::isfinite(row(source.strip, c)[f]))
                        return {
                            ErrorCode::corrupt_input,
                            fmt::format(
                                "the audio becomes infinite or not a number at frame {}: look at its gains and inserts",
                                start + f),
                            fmt::format("strip '{}'", strips_[source.strip].name)};
    return {ErrorCode::corrupt_input, fmt::format("a sum becomes infinite near frame {}: lower the faders", start),
            fmt::format("strip '{}'", strips_[output.sources[0].strip].name)};
}

}  // namespace dubplate::nodes
