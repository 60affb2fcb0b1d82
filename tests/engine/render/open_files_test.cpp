#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>

#include "tests/support/process.h"
#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

constexpr int kTracks = 40, kClips = 100, kFrames = 96;

/// A short tone of its own in every file; every tenth is FLAC, every fiftieth at another rate.
void write_sound(const std::string& path, int index) {
    std::vector<float> samples(kFrames);
    for (std::size_t k = 0; k < samples.size(); ++k)
        samples[k] = 0.2f * static_cast<float>(std::sin(0.01 * static_cast<double>(k) * (index + 1)));
    SF_INFO info{};
    info.samplerate = index % 50 == 1 ? 44100 : 48000;
    info.channels = 1;
    info.format = index % 10 == 0 ? SF_FORMAT_FLAC | SF_FORMAT_PCM_24 : SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr);
    sf_writef_float(file, samples.data(), kFrames);
    sf_close(file);
}

/// 40 tracks of 100 clips, each clip a file of its own.
session::Session session_of_many_files(const TempFolder& folder) {
    session::Session session = empty_session(folder.path());
    for (int track = 0; track < kTracks; ++track) {
        session::Strip& strip = add_track(session, "Track " + std::to_string(track), "");
        for (int clip = 0; clip < kClips; ++clip) {
            const int index = track * kClips + clip;
            const std::string name = std::to_string(index) + ".sound";
            write_sound(folder.file(name), index);
            strip.clips.push_back({.file = name, .start = session::frames(clip * kFrames)});
        }
    }
    return session;
}

TEST(OpenFiles, FourThousandSourcesRenderTheSameWhereFewFilesMayBeOpen) {
    TempFolder folder;
    const session::Session session = session_of_many_files(folder);
    const int before = open_descriptors();
    const Rendered free = render(session, folder.path());
    ASSERT_EQ(free.report.inputs.size(), static_cast<std::size_t>(kTracks * kClips));
    EXPECT_GT(peak_dbfs(free.outputs.at("mix")), -20.0);
    for (const int most : {256, 64}) {
        SCOPED_TRACE(most);
        const OpenFileLimit limit(most);
        EXPECT_EQ(differing(render(session, folder.path()), free), std::vector<std::string>());
    }
    EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace dubplate::test
