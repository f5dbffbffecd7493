using Gantry.Build.Graph;
using static Gantry.Build.Tests.Execution.SolvedVertices;

namespace Gantry.Build.Tests.Execution;

/// <summary>Trees that are put together of others' layers, or are what two differ in.</summary>
public sealed class LayersTests : IDisposable
{
    private const uint O755 = 0b111_101_101;

    private readonly SolvedVertices _solved = new();

    public void Dispose() => _solved.Dispose();

    private static MergeVertex Merge(params IReadOnlyList<Vertex> trees) => new() { Title = "merge", Trees = trees };

    private static DifferenceVertex Difference(Vertex lower, Vertex upper) => new() { Title = "diff", Lower = lower, Upper = upper };

    [Fact]
    public async Task MergedTreesLieOnTopOfEachOtherLayerByLayer()
    {
        FilesVertex one = Changed(Empty, File("/a", "1"), File("/both", "1")), two = Changed(Changed(Empty, File("/b", "2")),
            File("/both", "2"));
        (BuiltTree tree, string[] lines) = await _solved.SolveAsync(Merge(one, Empty, two));
        Assert.Equal(["a 644 0:0 = 1", "b 644 0:0 = 2", "both 644 0:0 = 2"], lines);
        Assert.Equal(3, tree.Layers.Count);
        (BuiltTree again, _) = await _solved.SolveAsync(Merge(one, two));
        Assert.Equal(tree.Name, again.Name);
        Assert.Contains("merge", _solved.Cached);
        Assert.Equal(["a 644 0:0 = 1", "b 644 0:0 = 2", "both 644 0:0 = 1"], (await _solved.SolveAsync(Merge(two, one))).Lines);
        Assert.Empty((await _solved.SolveAsync(Merge(Empty, Empty))).Lines);
    }

    /// <summary>Sixty of them would be more layers than there are atoms.</summary>
    [Fact]
    public async Task MergesOfMergesAreBounded()
    {
        Vertex merge = Changed(Empty, File("/a"));
        for (int i = 0; i < 60; i++) merge = Merge(merge, merge);
        Assert.Contains("a merge has 512 layers",
            (await Assert.ThrowsAsync<GantryException>(() => _solved.SolveAsync(merge))).Message);
    }

    [Fact]
    public async Task WhatOneTreeHasOverTheOneThatItStandsOnIsItsLayers()
    {
        FilesVertex lower = Changed(Empty, File("/gone"), File("/kept", "kept"));
        FilesVertex upper = Changed(Changed(lower, File("/new", "new")), new RemoveAction("/gone", false, false));
        (BuiltTree tree, string[] lines) = await _solved.SolveAsync(Difference(lower, upper));
        Assert.Equal(["new 644 0:0 = new"], lines);
        Assert.Equal(2, tree.Layers.Count);
        // What it takes away is gone from whatever it is put onto.
        FilesVertex other = Changed(Empty, File("/gone", "other's"), File("/own", "own"));
        Assert.Equal(["new 644 0:0 = new", "own 644 0:0 = own"], (await _solved.SolveAsync(Merge(other, Difference(lower, upper)))).Lines);
        Assert.Empty((await _solved.SolveAsync(Difference(lower, lower))).Tree.Layers);
        Assert.Equal((await _solved.SolveAsync(upper)).Lines, (await _solved.SolveAsync(Difference(Empty, upper))).Lines);
    }

    [Fact]
    public async Task TreesThatHaveNothingToDoWithEachOtherAreComparedByContent()
    {
        FilesVertex lower = Changed(Empty, File("/same", "s"), File("/changed", "1"), File("/gone"), File("/mode"),
            new MakeDirectoryAction("/d/left", O755, true), new MakeLinkAction("a", "/l"));
        FilesVertex upper = Changed(Empty, new MakeDirectoryAction("/d", O755, true), File("/d/new", "n"), File("/same", "s"),
            // Of one size and time: nothing but the content tells.
            File("/changed", "2"), File("/mode", mode: O755), new MakeLinkAction("b", "/l"));
        DifferenceVertex difference = Difference(lower, upper);
        (BuiltTree tree, string[] lines) = await _solved.SolveAsync(difference);
        Assert.Single(tree.Layers);
        Assert.Equal(["changed 644 0:0 = 2", "d/ 755 0:0", "d/new 644 0:0 = n", "l -> b 777 0:0", "mode 755 0:0"], lines);
        Assert.Equal((await _solved.SolveAsync(upper)).Lines, (await _solved.SolveAsync(Merge(lower, difference))).Lines);
        await _solved.SolveAsync(difference);
        Assert.Contains("diff", _solved.Cached);
        FilesVertex twin = Changed(Changed(Empty, File("/a")), File("/b")), other = Changed(Empty, File("/a"), File("/b"));
        Assert.Empty((await _solved.SolveAsync(Difference(twin, other))).Tree.Layers);
    }
}
