namespace Gantry.Linux.Tests;

public sealed class FailureTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static string TextOf(Action action) => Failure.Text(Assert.ThrowsAny<Exception>(action));

    [Fact]
    public void WhatTheFrameworkRefusesNamesPathAndErrno()
    {
        string missing = _scratch.At("missing"), file = _scratch.At("file"), full = _scratch.At("full/x");
        File.WriteAllText(file, "");
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "");
        Assert.Equal($"Could not find file '{missing}' (ENOENT)", TextOf(() => File.ReadAllText(missing)));
        Assert.Equal($"Could not find a part of the path '{missing}/x' (ENOENT)", TextOf(() => File.ReadAllText($"{missing}/x")));
        string notEmpty = TextOf(() => Directory.Delete(Path.GetDirectoryName(full)!));
        Assert.Contains("/full", notEmpty);
        Assert.EndsWith("(ENOTEMPTY)", notEmpty);
        string directory = TextOf(() => File.WriteAllText(Path.GetDirectoryName(full)!, ""));
        Assert.Contains("/full' is denied (E", directory);
    }

    [Fact]
    public void OursIsWholeAsItIs()
    {
        KernelException own = new("open", Errno.EACCES, "/x");
        Assert.Equal(own.Message, Failure.Text(own));
        Assert.Equal(own.Message, Failure.Text(new IOException(own.Message, own)));
        Assert.Equal("no errno", Failure.Text(new IOException("no errno")));
        Assert.Equal("refused", Failure.Text(GantryException.Invalid("refused")));
    }
}
