using System.Text;
using Gantry.Api.Builds;
using Gantry.Cli.Builds.Progress;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;
using Xunit;

namespace Gantry.Cli.Tests.Builds.Progress;

public sealed class BuildViewTests
{
    private static readonly DateTimeOffset Began = DateTimeOffset.UnixEpoch;

    private readonly BuildView _view = new(Began);

    private void Step(string name, double? started = null, double? completed = null, bool cached = false, string? error = null) =>
        _view.Take(new BuildProgress { Vertexes = [new BuildVertex
        {
            Digest = name, Name = name, Started = At(started), Completed = At(completed), Cached = cached, Error = error,
        }] });

    private void Says(string name, string text) => _view.Take(new BuildProgress
    {
        Logs = [new BuildVertexLog { Vertex = name, Stream = 1, Data = Encoding.UTF8.GetBytes(text) }],
    });

    private static DateTimeOffset? At(double? seconds) => seconds is { } known ? Began.AddSeconds(known) : null;

    private string[] Shown(int rows = 24, int columns = 40, double now = 5, bool isOver = false) =>
        [.. _view.Lines(new TerminalSize(rows, columns), Began.AddSeconds(now), isOver).Select(line => line.Text)];

    [Fact]
    public void WhatIsDoneIsALineAndWhatGoesOnSaysMore()
    {
        Step("[1/4] FROM x", 1, 1, cached: true);
        Step("[2/4] RUN one", 1, 3.2);
        Step("[3/4] RUN two", 3);
        Step("[4/4] COPY a b");
        Says("[2/4] RUN one", "gone\n");
        Says("[3/4] RUN two", "a\nb\rc\n\e[31md\e[0m");
        Assert.Equal(
        [
            "[+] Building 5.0s (2/4)",
            " => CACHED [1/4] FROM x            0.0s",
            " => [2/4] RUN one                  2.2s",
            " => [3/4] RUN two                  2.0s",
            " => => # a",
            " => => # c",
            " => => # d",
        ], Shown());
    }

    [Fact]
    public void AtTheEndEachStepIsThereOnceAndAllIsSaidOfWhatFailed()
    {
        Step("[1/2] RUN a", 0, 1);
        Step("[2/2] RUN b", 1, 2, error: "returned 3");
        Step("[other 1/2] RUN c", 1, 2, error: "canceled");
        Says("[2/2] RUN b", "why\n");
        Assert.Equal(["[+] Building 5.0s (3/3) FINISHED", " => [1/2] RUN a                    1.0s",
            " => ERROR [2/2] RUN b              1.0s",
            " => CANCELED [other 1/2] RUN c     1.0s"], Shown(rows: 3, isOver: true));
        Assert.Equal(["------", " > [2/2] RUN b:", "why", "------"], _view.Failure());
    }

    [Theory]
    [InlineData(4, 40)]
    [InlineData(24, 12)]
    [InlineData(2, 1)]
    [InlineData(1, 3)]
    public void NoLineAndNoDrawingIsLargerThanTheTerminal(int rows, int columns)
    {
        for (int i = 0; i < 30; i++) Step($"[{i}/30] RUN {new string('x', 300)} 世界", i, i < 25 ? i + 1 : null);
        Says($"[29/30] RUN {new string('x', 300)} 世界", string.Concat(Enumerable.Repeat("line\n", 500)));
        string[] lines = Shown(rows, columns, 40);
        Assert.All(lines, line => Assert.True(DisplayWidth.Of(line) < Math.Max(2, columns), line));
        Assert.True(lines.Length <= Math.Max(2, rows - 1), $"{lines.Length} lines");
        // What goes on is what is looked for.
        if (rows > 3) Assert.Contains(lines, line => line.StartsWith(" => [2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a\tb", "a b", 3)]
    [InlineData("\e[1;31mred\e[0m", "red", 3)]
    [InlineData("\e", "", 0)]
    [InlineData("世界", "世界", 4)]
    [InlineData("a\0\u009b\a", "a", 1)]
    public void NothingThatIsShownMovesTheCursor(string text, string plain, int width)
    {
        Assert.Equal(plain, CellText.Plain(text));
        Assert.Equal(width, DisplayWidth.Of(CellText.Plain(text)));
    }

    [Fact]
    public void TextIsCutByCells()
    {
        Assert.Equal("世", CellText.Cut("世界", 3));
        Assert.Equal("", CellText.Cut("世界", 1));
        Assert.Equal("ab", CellText.Cut("ab", 2));
    }
}
