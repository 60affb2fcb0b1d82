#include "engine/render/workshop_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

namespace fs = std::filesystem;
using render::OpenedFiles;
using render::RenderJob;
using render::Workshop;

/// Files as one render finds them after another.
class FilesOfSeveralRenders : public testing::Test {
protected:
    FilesOfSeveralRenders() { write_wav(folder_.file("a.wav"), {noise(5000, 1, 0.5)}); }

    OpenedFiles::File open() { return files_.open(folder_.file("a.wav")).value(); }
    OpenedFiles::Source source(int rate = 48000, double speed = 1.0) {
        return files_.source(open(), rate, speed, "", {}).value();
    }
    OpenedFiles::Response response(int rate = 48000) { return files_.response(open(), rate, "", {}).value(); }

    TempFolder folder_;
    OpenedFiles files_;
};

TEST_F(FilesOfSeveralRenders, AreOpenedDecodedAndLoadedOnce) {
    EXPECT_EQ(open(), open());
    EXPECT_EQ(source(), source());
    EXPECT_EQ(source(44100), source(44100));
    EXPECT_NE(source(48000), source(44100));
    EXPECT_NE(source(48000, 2.0), source(48000));
    EXPECT_EQ(response(), response());
    EXPECT_NE(response(), response(44100));
}

TEST_F(FilesOfSeveralRenders, AreOpenedAnewOnceTheyAreOthers) {
    const auto file = open();
    const auto before = source();
    const auto taps = response();
    write_wav(folder_.file("b.wav"), {noise(5000, 2, 0.5)});
    fs::rename(folder_.file("b.wav"), folder_.file("a.wav"));
    EXPECT_NE(open(), file);
    EXPECT_NE(source(), before);
    EXPECT_NE(source()->identity(), before->identity());
    EXPECT_NE(response()->channels, taps->channels);
}

TEST_F(FilesOfSeveralRenders, AreOpenedAnewAlsoWhereTheirTimeWasSetBack) {
    const auto before = source();
    const auto time = fs::last_write_time(folder_.file("a.wav"));
    write_wav(folder_.file("a.wav"), {noise(5000, 3, 0.5)});
    fs::last_write_time(folder_.file("a.wav"), time);
    EXPECT_NE(source()->identity(), before->identity());
}

TEST_F(FilesOfSeveralRenders, HoldTheSameSamplesUnderAnotherName) {
    fs::create_symlink(folder_.file("a.wav"), folder_.file("link.wav"));
    const auto link = files_.open(folder_.file("link.wav")).value();
    EXPECT_EQ(files_.source(link, 48000, 1.0, "", {}).value()->identity(), source()->identity());
    EXPECT_NE(files_.source(link, 44100, 1.0, "", {}).value()->identity(), source()->identity());
    EXPECT_EQ(files_.source(link, 44100, 1.0, "", {}).value()->identity(), source(44100)->identity());
}

TEST_F(FilesOfSeveralRenders, AreGoneWhereTheyCannotBeOpened) {
    source();
    fs::remove(folder_.file("a.wav"));
    EXPECT_EQ(files_.open(folder_.file("a.wav")).error().code, ErrorCode::not_found);
}

/// A session with a file of another rate, a response and its versions, rendered one after the other.
class Versions : public testing::Test {
protected:
    Versions() : session_(empty_session(folder_.path())) {
        write_wav(folder_.file("plain.wav"), {noise(90000, 1, 0.3)});
        write_wav(folder_.file("other.wav"), {noise(90000, 2, 0.3)}, 44100);
        write_wav(folder_.file("room.wav"), {noise(9000, 3, 0.05)});
        add_return(session_, "Room").inserts.push_back(insert("convolution", {{"impulse", "room.wav"}}));
        for (const char* name : {"plain", "other"})
            add_track(session_, name, std::string(name) + ".wav").sends = {{.to = "Room"}};
        other_ = session_;
        strip(other_, "plain").fader = session::decibels(-7.0);
        strip(other_, "plain").clips[0].offset = session::frames(20000);
    }

    render::RenderReport report(const session::Session& session, Workshop* workshop) {
        TempFolder out;
        RenderJob job;
        job.output_folder = out.path();
        job.formats = {audio::FileFormat::wav32f};
        job.device = "cpu";
        auto made = render::render(session, job, {}, workshop);
        if (!made) throw std::runtime_error(made.error().message);
        return std::move(*made);
    }
    static std::vector<std::string> hashes(const render::RenderReport& report) {
        std::vector<std::string> all;
        for (const auto& output : report.outputs) all.push_back(output.file.sha256);
        for (const auto& input : report.inputs) {
            all.push_back(input.info.path + " " + input.hash.xxh3_128);
            for (const auto& range : input.hash.ranges) all.back().append(1, ' ').append(std::to_string(range.begin));
        }
        return all;
    }

    TempFolder folder_;
    session::Session session_, other_;
};

TEST_F(Versions, AreWhatEachIsAloneAndSoAreTheirReceipts) {
    Workshop workshop;
    for (const session::Session* session : {&session_, &other_, &session_})
        EXPECT_EQ(hashes(report(*session, &workshop)), hashes(report(*session, nullptr)));
}

TEST_F(Versions, ShareTheSpectraOfTheirResponses) {
    Workshop workshop;
    report(session_, &workshop);
    OpenedFiles& files = workshop.parts().files;
    const auto response = files.response(files.open(folder_.file("room.wav")).value(), 48000, "", {}).value();
    const kernels::ProcessorKind* const kind = kernels::find_processor("convolution");
    const auto spectra = kind->spectra(*response);
    ASSERT_NE(spectra, nullptr);
    report(other_, &workshop);
    EXPECT_EQ(kind->spectra(*response), spectra);
}

TEST_F(Versions, ReadAFileAnewThatWasChangedBetweenThem) {
    Workshop workshop;
    const auto before = hashes(report(session_, &workshop));
    for (const char* name : {"plain.wav", "room.wav"}) write_wav(folder_.file(name), {noise(9000, 8, 0.1)});
    const auto after = hashes(report(session_, &workshop));
    EXPECT_NE(after, before);
    EXPECT_EQ(after, hashes(report(session_, nullptr)));
}

TEST_F(Versions, GoOnAfterOneThatFailedOrWasCancelled) {
    Workshop workshop;
    session::Session broken = session_;
    strip(broken, "plain").clips[0].file = "not there.wav";
    TempFolder out;
    RenderJob job;
    job.output_folder = out.path();
    EXPECT_EQ(render::render(broken, job, {}, &workshop).error().code, ErrorCode::not_found);
    const auto late = [](const render::Progress& now) { return now.frames_total == 0; };
    EXPECT_EQ(render::render(session_, job, late, &workshop).error().code, ErrorCode::cancelled);
    EXPECT_EQ(hashes(report(other_, &workshop)), hashes(report(other_, nullptr)));
}

}  // namespace
}  // namespace dubplate::test
