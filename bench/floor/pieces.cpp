#include "bench/floor/pieces.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <vector>

#include "bench/floor/timing.h"
#include "bench/sessions/plan.h"
#include "bench/sessions/sounds.h"
#include "engine/audio/dither.h"
#include "engine/audio/hash.h"
#include "engine/audio/level_meter.h"
#include "engine/audio/pcm.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/block_functions.h"
#include "kernels/cpu/block_transform.h"
#include "kernels/processors/processor.h"
#include "session-format/model/values.h"

namespace dubplate::bench {
namespace {

constexpr int kFrames = kernels::kMaxBlockFrames, kWidth = kernels::kMaxLanes;
using Floats = kernels::AlignedVector<float>;

/// Some seconds of what sessions are made of, so that dynamics and branches meet what they meet in a render.
const std::vector<float>& sound() {
    static const std::vector<float> samples =
        make_sound({.name = "", .sound = Sound::drums, .channels = 1, .frames = 4 * kSampleRate, .seed = 1000}, 0);
    return samples;
}

/// A processor with `strips` equal strips, fed block after block.
class Running {
public:
    Running(const session::Insert& insert, int width, int strips, int channels,
            const kernels::ImpulseResponse* impulse = nullptr)
        : width_(width), audio_(static_cast<std::size_t>(kFrames * width)), input_(16 * audio_.size()) {
        const kernels::ProcessorKind& kind = *kernels::find_processor(insert.processor);
        values_ = session::insert_values(insert, kind.description, session::TempoMap()).value().values;
        const kernels::StripValues strip{.sample_rate = kSampleRate,
                                         .channels = channels,
                                         .values = values_,
                                         .greatest = values_,
                                         .impulse = impulse,
                                         .least = values_};
        const std::vector<kernels::StripValues> all(static_cast<std::size_t>(strips), strip);
        processor_ = kind.create({.width = width, .strips = all, .moving_per_block = {}, .moving_per_frame = {}});
        for (std::size_t at = 0; at < input_.size(); ++at) {
            const auto lane = static_cast<int>(at) % width;
            const std::size_t frame = at / static_cast<std::size_t>(width) + static_cast<std::size_t>(lane) * 7919;
            input_[at] = lane < strips * channels ? sound()[frame % sound().size()] : 0.0f;
        }
    }

    void block() {
        const std::size_t part = static_cast<std::size_t>(start_ / kFrames) % 16;
        std::memcpy(audio_.data(), input_.data() + part * audio_.size(), audio_.size() * sizeof(float));
        processor_->process(
            {.start = start_, .frames = kFrames, .audio = audio_.data(), .key = nullptr, .controls = {}});
        start_ += kFrames;
        keep(audio_[0]);
    }

    double copy_nanoseconds(double units) {
        return nanoseconds_per_unit(units, [&] {
            std::memcpy(audio_.data(), input_.data(), audio_.size() * sizeof(float));
            keep(audio_[0]);
        });
    }

private:
    int width_;
    Floats audio_, input_;
    std::vector<double> values_;
    std::unique_ptr<kernels::Processor> processor_;
    FrameCount start_ = 0;
};

/// Nanoseconds per sample, without the copy that feeds it; `blocks` at a time, so that what happens now and then (the
/// batches of a convolution) is in every round.
double processor_cost(Running running, int lanes, int blocks = 1) {
    const double units = static_cast<double>(kFrames) * lanes * blocks;
    const double whole = nanoseconds_per_unit(units, [&] {
        for (int block = 0; block < blocks; ++block) running.block();
    });
    return whole - running.copy_nanoseconds(units / blocks);
}

kernels::ImpulseResponse room() {
    const SoundFile file{.name = "", .sound = Sound::response, .channels = 2, .frames = 3 * kSampleRate, .seed = 77};
    return {{make_sound(file, 0), make_sound(file, 1)}};
}

double lane_cost() {
    Floats planes(static_cast<std::size_t>(kFrames * kWidth)), audio(planes.size());
    std::array<const float*, kWidth> rows{};
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = planes.data() + row * kFrames;
    return nanoseconds_per_unit(double{kFrames} * kWidth, [&] {
        kernels::block_functions().planes_to_lanes(kWidth, rows.data(), kFrames, kWidth, audio.data());
        keep(audio[0]);
    });
}

double sum_cost() {
    Floats planes(static_cast<std::size_t>(kFrames * kWidth), 0.25f), out(2 * kFrames);
    std::array<kernels::MixTerm, kWidth> terms{};
    for (std::size_t row = 0; row < terms.size(); ++row) {
        terms[row].in = planes.data() + row * kFrames;
        terms[row].gain[0] = terms[row].gain[1] = 0.5;
    }
    const std::array<float*, 2> rows{out.data(), out.data() + kFrames};
    return nanoseconds_per_unit(2.0 * kFrames * kWidth, [&] {
        keep(kernels::block_functions().mix(terms, kFrames, kernels::Stores::into_caches, rows));
    });
}

double transform_cost() {
    constexpr int kBlock = 1 << 14;
    const kernels::BlockTransform transform(kBlock);
    Floats time(2 * kBlock, 0.1f), points(2 * kBlock), spectrum(2 * kBlock);
    const std::size_t part = transform.part_floats();
    return nanoseconds_per_unit(kBlock, [&] {
        transform.split(time.data(), time.data() + kBlock, points.data(), part);
        for (std::size_t at = 0; at < points.size(); at += part)
            transform.forward(points.data() + at, spectrum.data() + at);
        keep(spectrum[0]);
    });
}

Error system_error(const std::string& path) { return {ErrorCode::io, std::strerror(errno), path}; }

/// A file that is gone when the measurement is.
class ScratchFile {
public:
    explicit ScratchFile(const std::string& folder) : path(folder + "/floor_constants.XXXXXX") {
        number = mkstemp(path.data());
        if (number >= 0) unlink(path.c_str());
    }
    ~ScratchFile() {
        if (number >= 0) close(number);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    std::string path;
    int number = -1;
};

constexpr std::size_t kPiece = 3 << 19;            // bytes: half a million samples of 24 bits, about a MiB and a half
constexpr std::size_t kPieceSamples = kPiece / 3;  // of one channel, or of two
constexpr std::size_t kPieces = 32, kScratch = kPiece * kPieces;

Result<double> read_cost(const ScratchFile& file) {
    std::vector<std::byte> packed(kPiece + audio::kPackedSlack, std::byte{7});
    for (std::size_t piece = 0; piece < kPieces; ++piece)
        if (pwrite(file.number, packed.data(), kPiece, static_cast<off_t>(piece * kPiece)) != ssize_t{kPiece})
            return fail(system_error(file.path));
    Floats samples(1 << 13);  // one piece of a block's sources: stays in the cache
    bool failed = false;
    std::size_t next = 0;
    const double cost = nanoseconds_per_unit(double{kPieceSamples}, [&] {
        const auto at = static_cast<off_t>(next++ % kPieces * kPiece);
        failed |= pread(file.number, packed.data(), kPiece, at) != ssize_t{kPiece};
        for (std::size_t done = 0; done < kPieceSamples; done += samples.size())
            audio::unpack(audio::SampleType::int24, packed.data() + 3 * done, static_cast<std::int64_t>(samples.size()),
                          samples.data());
        keep(samples[0]);
    });
    if (failed) return fail(system_error(file.path));
    return cost;
}

Result<double> write_cost(const ScratchFile& file) {
    if (const int failure = posix_fallocate(file.number, 0, kScratch); failure != 0)
        return fail({ErrorCode::io, std::strerror(failure), file.path});
    constexpr int kTile = 1024, kTiles = static_cast<int>(kPieceSamples) / kTile / 2;
    const audio::Dither sides[2] = {{1, "stem/bus", 0}, {1, "stem/bus", 1}};
    std::array<std::vector<std::int32_t>, 2> planes{std::vector<std::int32_t>(kTile), std::vector<std::int32_t>(kTile)};
    std::vector<std::byte> packed(kPiece + audio::kPackedSlack);
    audio::LevelMeter meters[2];
    bool failed = false;
    std::size_t next = 0;
    const double cost = nanoseconds_per_unit(double{kPieceSamples}, [&] {
        for (int tile = 0; tile < kTiles; ++tile) {
            const float* const from = sound().data() + std::size_t{kTile} * (tile % 100);
            for (std::size_t side = 0; side < 2; ++side) {
                meters[side].add(from, kTile);
                sides[side].quantise(FrameCount{tile} * kTile, from, kTile, 24, planes[side].data());
            }
            const std::int32_t* const rows[2] = {planes[0].data(), planes[1].data()};
            audio::pack_planes(audio::SampleType::int24, rows, 2, kTile, packed.data() + std::size_t{6 * kTile} * tile);
        }
        const auto at = static_cast<off_t>(next++ % kPieces * kPiece);
        failed |= pwrite(file.number, packed.data(), kPiece, at) != ssize_t{kPiece};
    });
    if (failed) return fail(system_error(file.path));
    return cost;
}

void measure_hashes(Pieces& pieces) {
    std::vector<std::byte> packed(1 << 18, std::byte{3});
    const double samples = static_cast<double>(packed.size()) / 3.0;
    pieces.input_hash = nanoseconds_per_unit(samples, [&] {
        const XXH64_hash_t hash = XXH3_64bits(packed.data(), packed.size());
        keep(hash);
    });
    pieces.output_hash = nanoseconds_per_unit(samples, [&] {
        audio::Sha256 hash;
        hash.update(packed.data(), packed.size());
        const std::string digits = hash.finish();
        keep(digits);
    });
}

}  // namespace

Result<Pieces> measure_pieces(const std::string& folder) {
    Pieces pieces;
    const ScratchFile file(folder);
    if (file.number < 0) return fail(system_error(file.path));
    if (const auto read = read_cost(file); read)
        pieces.read = *read;
    else
        return fail(read.error());
    if (const auto write = write_cost(file); write)
        pieces.write = *write;
    else
        return fail(write.error());
    measure_hashes(pieces);

    const Compression compression{-20.0, 3.0, 10.0, 150.0, 1.5};
    pieces.lanes = lane_cost();
    pieces.eq = processor_cost({make_eq(kMasterBands), kWidth, kWidth, 1}, kWidth);
    pieces.compressor = processor_cost({make_compressor(compression), kWidth, kWidth, 1}, kWidth);
    pieces.sum_term = sum_cost();
    pieces.transform = transform_cost();

    const kernels::ImpulseResponse response = room();
    const session::Insert reverb = make_insert("convolution", {{"impulse", "room.wav"}, {"mix", percent(100.0)}});
    constexpr int kBatch = 4 * 16384 / kFrames;  // the longest a convolution gathers before it works
    pieces.convolution = processor_cost({reverb, 4, 1, 2, &response}, 2, kBatch);
    const session::Strip master = make_master();
    const std::array<double*, 3> costs{&pieces.master_eq, &pieces.master_compressor, &pieces.limiter};
    for (std::size_t index = 0; index < costs.size(); ++index)
        *costs[index] = processor_cost({master.inserts[index], 4, 1, 2}, 2);
    return pieces;
}

}  // namespace dubplate::bench
