#include "bench/floor/terms.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace dubplate::bench {
namespace {

constexpr Pieces kPieces{.read = 0.4,
                         .lanes = 0.2,
                         .eq = 1.0,
                         .compressor = 1.1,
                         .sum_term = 0.1,
                         .convolution = 6.0,
                         .transform = 1.0,
                         .master_eq = 2.0,
                         .master_compressor = 3.0,
                         .limiter = 4.0,
                         .write = 1.5,
                         .input_hash = 0.2,
                         .output_hash = 1.7};
constexpr MachineBounds kBounds{
    .has_v4 = false, .multiply_add = 0.02, .cache_byte = 0.01, .memory_byte = 0.04, .copied_byte = 0.1};

double sum_of(const SessionSize& size, double (Term::*seconds)() const) {
    double sum = 0.0;
    for (const Term& term : floor_terms(size, kPieces, kBounds)) sum += (term.*seconds)();
    return sum;
}

const Term& term_of(const std::vector<Term>& terms, const std::string& id) {
    for (const Term& term : terms)
        if (term.id == id) return term;
    throw std::logic_error(id);
}

TEST(FloorTerms, CountWhatTheReferenceSessionNeeds) {
    const auto terms = floor_terms({.tracks = 128, .seconds = 180}, kPieces, kBounds);
    const double sound = 128.0 * 180 * 48000, frames = 183.0 * 48000;
    EXPECT_EQ(term_of(terms, "eq").samples, sound);
    EXPECT_EQ(term_of(terms, "lanes").samples, 2 * sound);
    EXPECT_EQ(term_of(terms, "convolution").samples, 4 * 2 * frames);
    EXPECT_EQ(term_of(terms, "write").samples, 9 * 2 * frames);
    EXPECT_DOUBLE_EQ(term_of(terms, "eq").core_seconds(), sound * 1e-9);
    EXPECT_TRUE(term_of(terms, "output-hash").promise);
}

TEST(FloorTerms, CountTheReturnsThatAnyTrackSendsTo) {
    const double frames = 13.0 * 48000;
    for (const auto& [tracks, returns] : {std::pair{8, 1}, {9, 2}, {24, 3}, {32, 4}, {512, 4}})
        EXPECT_EQ(term_of(floor_terms({tracks, 10}, kPieces, kBounds), "convolution").samples, 2 * returns * frames)
            << tracks;
}

TEST(FloorTerms, GrowWithTracksByWhatATrackCosts) {
    for (const auto seconds : {&Term::core_seconds, &Term::bound_core_seconds}) {
        const double one = sum_of({128, 60}, seconds), two = sum_of({256, 60}, seconds),
                     three = sum_of({384, 60}, seconds);
        EXPECT_GT(two, one);
        EXPECT_NEAR(three - two, two - one, 1e-9);
    }
}

TEST(FloorPieces, AreMeasuredOneAndAll) {
    const auto measured = measure_pieces(std::filesystem::temp_directory_path());
    ASSERT_TRUE(measured) << measured.error().message;
    for (const double ns :
         {measured->read, measured->lanes, measured->eq, measured->compressor, measured->sum_term,
          measured->convolution, measured->transform, measured->master_eq, measured->master_compressor,
          measured->limiter, measured->write, measured->input_hash, measured->output_hash}) {
        EXPECT_GT(ns, 0.0);
        EXPECT_LT(ns, 1e4);
    }
}

TEST(FloorPieces, SayWhereNoFileCanBeMade) {
    const auto measured = measure_pieces("/there/is/no/such/folder");
    ASSERT_FALSE(measured);
    EXPECT_EQ(measured.error().code, ErrorCode::io);
    EXPECT_NE(measured.error().where.find("/there/is/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace dubplate::bench
