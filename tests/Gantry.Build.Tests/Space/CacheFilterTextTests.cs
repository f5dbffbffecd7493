using Gantry.Build.Space;

namespace Gantry.Build.Tests.Space;

public sealed class CacheFilterTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private static CacheFilter Read(params (string Key, string[] Values)[] filters) => CacheFilterText.Read(
        filters.ToDictionary(filter => filter.Key, filter => (IReadOnlyList<string>)filter.Values), all: true, Now);

    private static string Refusal(params (string Key, string[] Values)[] filters) =>
        Assert.Throws<GantryException>(() => Read(filters)).Message;

    [Fact]
    public void EachKeyChooses()
    {
        CacheRecord step = new("abc", "regular", "RUN x") { Created = Now - TimeSpan.FromHours(2), IsShared = true, Parent = "p" };
        CacheRecord place = new("def", "exec.cachemount", "cached mount /k") { Created = Now - TimeSpan.FromHours(1) };
        (string Key, string Value, string Fit)[] table =
        [
            ("until", "90m", "abc"), ("unused-for", "90m", "abc"), ("until", "30m", "abc def"), ("until", "3h", ""),
            ("until", "2026-01-01T22:30:00Z", "abc"), ("until", "1767306600", "abc"), ("until", "-1h", "abc def"),
            ("id", "ab", "abc"), ("id", "c", ""), ("type", "exec.cachemount", "def"), ("type", "nope", ""), ("parent", "p", "abc"),
            ("description", "RUN x", "abc"), ("description", "RUN", ""), ("shared", "true", "abc"), ("shared", "0", "def"),
            ("private", "1", "def"), ("private", "false", "abc"), ("inuse", "true", ""), ("inuse", "false", "abc def"),
        ];
        foreach ((string key, string value, string fit) in table)
        {
            CacheFilter filter = Read((key, [value]));
            string fits = string.Join(' ', new[] { step, place }.Where(record => filter.Fits(record, Now)).Select(record => record.Id));
            Assert.Equal($"{key}={value}: {fit}", $"{key}={value}: {fits}");
        }
        Assert.True(Read(("shared", [])).IsShared);
        Assert.Null(Read(("until", [])).UnusedFor);
    }

    /// <summary>The steps of an image are given up only when that is asked for.</summary>
    [Fact]
    public void WhatImagesHaveStaysWithoutAll()
    {
        CacheRecord shared = new("a", "regular", "") { IsShared = true };
        Assert.False(new CacheFilter().Fits(shared, Now));
        Assert.True(new CacheFilter { All = true }.Fits(shared, Now));
    }

    /// <summary>dockerd's words.</summary>
    [Fact]
    public void WhatMakesNoSenseIsRefused()
    {
        Assert.Equal("invalid filter 'nope'", Refusal(("nope", ["x"])));
        Assert.Equal("invalid filter 'mutable'", Refusal(("mutable", ["true"])));
        Assert.Equal("filters expect only one value", Refusal(("id", ["a", "b"])));
        Assert.Equal("filters expect only one value", Refusal(("until", ["24h", "1h"])));
        Assert.Equal("conflicting filters: \"until\" and \"unused-for\"", Refusal(("until", ["24h"]), ("unused-for", ["1h"])));
        Assert.StartsWith("\"until\" filter expects a duration (e.g., '24h')", Refusal(("until", ["x"])));
        Assert.StartsWith("invalid filter 'shared=maybe'", Refusal(("shared", ["maybe"])));
        Assert.StartsWith("conflicting filters", Refusal(("shared", ["1"]), ("private", ["1"])));
    }
}
