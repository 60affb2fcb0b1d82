#include "engine/nodes/strip_block.h"

#include <fmt/format.h>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>

#include "kernels/cpu/block_functions.h"

namespace dubplate::nodes {
namespace {

using kernels::kMaxBlockFrames;
using kernels::kMaxLanes;

alignas(64) constexpr float kZeros[kMaxBlockFrames] = {};

/// Strips with equal text may run side by side.
std::string shape_of(const BlockStrip& strip) {
    std::string text = fmt::format("{} from {}", strip.channels_out(), strip.first);
    for (int k = strip.first; k < strip.last; ++k) {
        const InsertStreams& streams = strip.streams[static_cast<std::size_t>(k - strip.first)];
        text += fmt::format("/{}{}", strip.setup->inserts[static_cast<std::size_t>(k)].signature(),
                            streams.gain_in ? "|follows" : "");
    }
    return text;
}

/// None: samples of this type do not go into lanes as they are.
std::optional<kernels::PackedType> packed_type(audio::SampleType type) {
    switch (type) {
        case audio::SampleType::int16: return kernels::PackedType::int16;
        case audio::SampleType::int24: return kernels::PackedType::int24;
        case audio::SampleType::int32: return kernels::PackedType::int32;
        case audio::SampleType::float32: return kernels::PackedType::float32;
        case audio::SampleType::float64: break;
    }
    return std::nullopt;
}

}  // namespace

StripBlock::Group::Group(LaneGroup lane_group, std::vector<std::size_t> strips)
    : lanes(std::move(lane_group)),
      members(std::move(strips)),
      own(static_cast<std::size_t>(lanes.lanes() * kMaxBlockFrames)),
      rows(static_cast<std::size_t>(lanes.lanes())) {}

StripBlock::StripBlock(std::vector<BlockStrip> strips, std::vector<BlockOutput> outputs, double sample_rate,
                       FrameCount lead, FrameCount run_start)
    : strips_(std::move(strips)),
      lead_(lead),
      run_start_(run_start),
      placed_(strips_.size()),
      lanes_(static_cast<std::size_t>(kMaxLanes * kMaxBlockFrames)),
      silent_(strips_.size()) {
    std::map<std::string, std::size_t> open;  // by shape, the group that still has room
    std::vector<std::vector<std::size_t>> members;
    for (std::size_t s = 0; s < strips_.size(); ++s) {
        const std::string shape = shape_of(strips_[s]);
        const auto found = open.find(shape);
        const bool fits =
            found != open.end() &&
            (static_cast<int>(members[found->second].size()) + 1) * strips_[s].channels_out() <= kMaxLanes;
        const std::size_t group = fits ? found->second : members.size();
        if (!fits) {
            members.emplace_back();
            open[shape] = group;
        }
        placed_[s] = {group, static_cast<int>(members[group].size()) * strips_[s].channels_out()};
        members[group].push_back(s);
    }
    for (auto& strips_of_group : members) {
        const BlockStrip& shape = strips_[strips_of_group[0]];
        std::vector<LaneMember> lane_members;
        for (const std::size_t s : strips_of_group) lane_members.push_back({strips_[s].setup, strips_[s].streams});
        groups_.emplace_back(
            LaneGroup(std::move(lane_members), shape.channels_out(), sample_rate, shape.first, shape.last),
            std::move(strips_of_group));
        Group& group = groups_.back();
        group.may_be_packed = shape.last > shape.first && shape.channels_out() <= 2;
        for (const std::size_t s : group.members)
            group.may_be_packed &= strips_[s].clips && strips_[s].clips->channels() == shape.channels_out() &&
                                   !strips_[s].entry_tap && !strips_[s].invert;
    }
    for (BlockOutput& output : outputs) find_paths(outputs_.emplace_back(std::move(output)));
    for (const Output& output : outputs_)
        summed_channels_ += static_cast<std::int64_t>(output.sources.size()) * output.stream->channels();
}

const float* StripBlock::row(std::size_t strip, int channel) const {
    return groups_[placed_[strip].group].rows[static_cast<std::size_t>(placed_[strip].first_lane + channel)];
}

Result<void> StripBlock::run(const Chunk& chunk) {
    const FrameCount begin = chunk.start + lead_;
    for (const BlockStrip& strip : strips_)
        if (strip.clips) strip.clips->prefetch(begin + chunk.frames, chunk.frames);
    for (FrameCount done = 0; done < chunk.frames; done += kMaxBlockFrames) {
        if (chunk.stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
        const int frames = static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, chunk.frames - done));
        for (Group& group : groups_)
            if (auto ok = run_group(group, begin + done, frames, chunk.timeline); !ok) return ok;
        for (Output& output : outputs_)
            if (auto ok = write_output(output, begin + done, frames); !ok) return ok;
        lap(chunk.timeline, Work::sums, frames * summed_channels_);
    }
    kernels::finish_stores();
    for (const BlockStrip& strip : strips_)
        if (strip.clips) strip.clips->rest();
    return {};
}

/// The group's input as its files hold it, and who is silent; nothing where any clip needs more than to be unpacked.
Result<std::optional<PackedInput>> StripBlock::find_packed(Group& group, FrameCount start, int frames, char* silent) {
    if (!group.may_be_packed || start < run_start_) return std::nullopt;
    PackedInput input;
    std::optional<audio::SampleType> type;
    for (std::size_t m = 0; m < group.members.size(); ++m) {
        audio::ClipTrack& clips = *strips_[group.members[m]].clips;
        silent[m] = clips.is_silent(start, frames);
        if (silent[m]) continue;
        const auto found = clips.packed(start, frames);
        if (!found) return fail(found.error());
        if (!found->at || found->type != type.value_or(found->type)) return std::nullopt;
        input.members[m] = found->at;
        type = found->type;
    }
    const auto in_lanes = type ? packed_type(*type) : std::nullopt;
    if (!in_lanes) return std::nullopt;
    input.type = *in_lanes;
    std::fill(group.rows.begin(), group.rows.end(), kZeros);
    return input;
}

/// Points the strip's rows at its input; returns true if that is silent over the block, with rows of zeros.
Result<bool> StripBlock::read_input(BlockStrip& strip, Group& group, int first_lane, FrameCount start, int frames) {
    const float** const rows = group.rows.data() + first_lane;
    const int channels = strip.channels_out();
    bool silent = true;
    if (strip.clips) {
        if (start + frames > run_start_ && !strip.clips->is_silent(start, frames)) {
            float* own[kMaxLanes];
            for (int c = 0; c < channels; ++c)
                rows[c] = own[c] = group.own_row(first_lane + std::min(c, strip.clips->channels() - 1));
            if (auto ok = strip.clips->read(start, frames, own); !ok) return fail(ok.error());
            if (start < run_start_)
                for (int c = 0; c < channels; ++c) std::fill_n(own[c], run_start_ - start, 0.0f);
            silent = false;
        }
    } else if (!strip.input.is_silent(start, frames)) {
        for (int c = 0; c < channels; ++c) rows[c] = strip.input.read(start, frames, c, group.own_row(first_lane + c));
        silent = false;
    }
    if (silent) std::fill_n(rows, channels, kZeros);
    if (strip.entry_tap) {
        if (silent)
            strip.entry_tap->write_silence(start, frames);
        else
            strip.entry_tap->write(start, frames, rows);
    }
    if (!silent && strip.invert)
        for (int c = channels; c-- > 0;) {  // all may lie where the first does
            float* const own = group.own_row(first_lane + c);
            for (int f = 0; f < frames; ++f) own[f] = -rows[c][f];
            rows[c] = own;
        }
    return silent;
}

Result<void> StripBlock::run_group(Group& group, FrameCount start, int frames, Timeline* timeline) {
    LaneGroup& lanes = group.lanes;
    const FrameCount in_start = start + lanes.latency_frames();
    std::array<char, kMaxLanes> silent;  // [member]
    auto packed = find_packed(group, in_start, frames, silent.data());
    if (!packed) return fail(packed.error());
    for (std::size_t m = 0; m < group.members.size(); ++m) {
        const std::size_t s = group.members[m];
        if (!*packed) {
            const auto input = read_input(strips_[s], group, placed_[s].first_lane, in_start, frames);
            if (!input) return fail(input.error());
            silent[m] = *input;
        }
        silent_[s] = silent[m];
    }
    const BlockStrip& shape = strips_[group.members[0]];
    const std::int64_t samples = std::int64_t{frames} * lanes.lanes();
    lap(timeline, shape.clips ? Work::read_clips : Work::read_streams, samples);
    if (shape.last == shape.first) return {};
    const bool is_heard = !outputs_.empty();
    lanes.process(in_start, frames, group.rows, is_heard ? group.own.data() : nullptr,
                  std::span(silent).first(group.members.size()), *packed ? &**packed : nullptr, lanes_.data(),
                  timeline);
    if (!is_heard) return {};
    // One without input falls silent once its own inserts have died away.
    for (std::size_t m = 0; m < group.members.size(); ++m) {
        const std::size_t s = group.members[m];
        silent_[s] = silent[m] || (silent_[s] && rows_are_zero(s, frames));
    }
    return {};
}

bool StripBlock::rows_are_zero(std::size_t strip, int frames) const {
    for (int c = 0; c < strips_[strip].channels_out(); ++c) {
        if (std::memcmp(row(strip, c), kZeros, static_cast<std::size_t>(frames) * sizeof(float)) != 0) return false;
    }
    return true;
}

/// What cannot sound is left out. Two rows that share no source, as those of stereo strips in stereo, are summed apart.
void StripBlock::find_paths(Output& output) const {
    const int channels = output.stream->channels();
    for (int first = 0; first < channels; first += 2) {
        Rows both{first, std::min(2, channels - first), {}}, alone[2] = {{first, 1, {}}, {first + 1, 1, {}}};
        bool shared = false;
        for (std::size_t k = 0; k < output.sources.size(); ++k) {
            const auto& [strip, gain] = output.sources[k];
            if (gain.is_silent()) continue;
            const auto& constant = gain.constant();
            if (!constant && first == 0) output.moving.push_back(k);
            for (int channel = 0; channel < strips_[strip].channels_out(); ++channel) {
                const Placed& placed = placed_[strip];
                Path path{strip, &groups_[placed.group].rows[static_cast<std::size_t>(placed.first_lane + channel)]};
                if (!constant) path.gains = &output.gains[k];
                for (int r = 0; r < both.count; ++r) {
                    path.side[r] = OutputGain::row_of(first + r, gain.use());
                    path.gain[r] = gain.fold(first + r, channel);
                    if (constant) path.gain[r] *= (*constant)[path.side[r]];
                }
                shared |= path.gain[0] != 0.0 && path.gain[1] != 0.0;
                if (path.gain[0] != 0.0 || path.gain[1] != 0.0) both.paths.push_back(path);
                for (int r = 0; r < 2; ++r) {
                    if (path.gain[r] == 0.0) continue;
                    alone[r].paths.push_back(path);
                    alone[r].paths.back().gain[0] = path.gain[r];
                    alone[r].paths.back().side[0] = path.side[r];
                }
            }
        }
        if (shared || both.count == 1)
            output.rows.push_back(std::move(both));
        else
            for (Rows& row : alone) output.rows.push_back(std::move(row));
    }
}

/// Runs for every block of every output: what it looks at is kept close together.
Result<void> StripBlock::write_output(Output& output, FrameCount start, int frames) {
    for (const std::size_t k : output.moving)
        if (!silent_[output.sources[k].strip]) output.sources[k].gain.evaluate(start, frames, output.gains[k]);
    const auto sounds = [&](const Path& path) { return !silent_[path.strip]; };
    if (std::none_of(output.rows.begin(), output.rows.end(),
                     [&](const Rows& rows) { return std::any_of(rows.paths.begin(), rows.paths.end(), sounds); })) {
        output.stream->write_silence(start, frames);
        return {};
    }
    for (const Rows& rows : output.rows) {
        terms_.clear();
        for (const Path& path : rows.paths) {
            if (!sounds(path)) continue;
            kernels::MixTerm& term = terms_.emplace_back(kernels::MixTerm{*path.in, {path.gain[0], path.gain[1]}, {}});
            if (!path.gains) continue;
            for (std::size_t r = 0; r < 2; ++r) {
                if (path.gains->moving)
                    term.gains[r] = path.gains->per_frame[path.side[r]].data();
                else
                    term.gain[r] *= path.gains->constant[path.side[r]];
            }
        }
        std::array<float*, 2> to;
        for (int r = 0; r < rows.count; ++r)
            to[static_cast<std::size_t>(r)] = output.stream->begin_write(start, rows.first + r);
        if (!kernels::block_functions().mix(terms_, frames, output.stream->stores(),
                                            std::span(to).first(static_cast<std::size_t>(rows.count))))
            return fail(not_finite(output, start, frames));
    }
    output.stream->end_write(start, frames);
    return {};
}

Error StripBlock::not_finite(const Output& output, FrameCount start, int frames) const {
    for (int f = 0; f < frames; ++f)
        for (const BlockSource& source : output.sources)
            if (!silent_[source.strip])
                for (int c = 0; c < strips_[source.strip].channels_out(); ++c)
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
