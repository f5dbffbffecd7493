namespace Gantry.Registry.Tests;

public sealed class ReferenceTests
{
    public static TheoryData<string, string, string> Good()
    {
        TheoryData<string, string, string> data = [];
        foreach (string[] fields in Lines("good.txt")) data.Add(fields[0], fields[1], fields[2]);
        return data;
    }

    public static TheoryData<string, string> Bad()
    {
        TheoryData<string, string> data = [];
        foreach (string[] fields in Lines("bad.txt")) data.Add(fields[0], fields[1]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void NamesAreNormalisedAndShownFamiliar(string text, string normalised, string familiar)
    {
        Reference reference = Reference.Parse(text);
        Assert.Equal(normalised, reference.ToString());
        Assert.Equal(familiar, reference.Familiar);
        Assert.Equal(reference, Reference.Parse(reference.ToString()));
        Assert.Equal(reference, Reference.Parse(reference.Familiar));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void WhatIsNoNameIsRefused(string text, string message)
    {
        GantryException e = Assert.Throws<GantryException>(() => Reference.Parse(text));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void NamesEndAt255Characters()
    {
        string longest = new('a', 255 - "docker.io/".Length - "library/".Length);
        Assert.Equal(255, Reference.Parse(longest).Name.Length);
        Assert.Contains("255", Assert.Throws<GantryException>(() => Reference.Parse(longest + "a")).Message);
    }

    [Fact]
    public void TagsEndAt128Characters()
    {
        Assert.Equal(128, Reference.Parse("a:" + new string('t', 128)).Tag!.Length);
        Assert.Throws<GantryException>(() => Reference.Parse("a:" + new string('t', 129)));
    }

    [Fact]
    public void LatestIsTheTagThatNobodyGave()
    {
        Assert.Equal("busybox:latest", Reference.Parse("busybox").WithDefaultTag().Familiar);
        Assert.Equal("busybox:1", Reference.Parse("busybox:1").WithDefaultTag().Familiar);
        string digest = "sha256:" + new string('0', 64);
        Assert.Null(Reference.Parse("busybox@" + digest).WithDefaultTag().Tag);
    }

    private static IEnumerable<string[]> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "testfiles", file)).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
}
