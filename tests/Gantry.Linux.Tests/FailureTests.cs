using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Not the temporary one that it was first written to, nor an empty name.</summary>
    [Fact]
    public void OfAFullDiskIsSaidWhichFileAndWhatToDo()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "what mounts needs root");
        string disk = _scratch.At("disk");
        Directory.CreateDirectory(disk);
        Mount.FileSystem("tmpfs", disk, "tmpfs", 0, "size=64k");
        try
        {
            Directory.CreateDirectory(disk + "/content/ingest");
            byte[] large = new byte[1 << 20];
            string text = TextOf(() => AtomicFile.Write(disk + "/record.json", large));
            Assert.Equal($"{disk}/record.json: no space left on device (ENOSPC): {FullDisk.Remedy}", text);
            Assert.Equal(text, TextOf(() => AtomicFile.Write(disk + "/record.json", large, durable: false)));
            Assert.StartsWith($"{disk}/content: no space left", TextOf(() => File.WriteAllBytes(disk + "/content/ingest/0f1e", large)));
            using SafeFileDescriptor nameless = LinuxFile.OpenNameless(disk);
            using SafeFileHandle handle = new(nameless.Number, ownsHandle: false);
            Assert.StartsWith("no space left on device (ENOSPC): make room", TextOf(() => RandomAccess.Write(handle, large, 0)));
        }
        finally
        {
            Mount.Unmount(disk);
        }
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
