using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Tests.Native;

/// <summary>One declaration takes what its callers have: numbers and handles, texts and bytes.</summary>
public sealed unsafe class ArgumentTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(1)]
    // Longer than the space on the stack.
    [InlineData(200)]
    public void ATextAndItsBytesAreOnePath(int depth)
    {
        string path = _scratch.At($"{string.Concat(Enumerable.Repeat("./", depth))}fäß");
        File.WriteAllText(path, "");
        FileCalls.Statx byText, byBytes;
        Assert.Equal(0, FileCalls.statx(FileCalls.AT_FDCWD, path, 0, FileCalls.STATX_BASIC_STATS, &byText));
        fixed (byte* bytes = SystemCalls.Terminated(path))
            Assert.Equal(0, FileCalls.statx(FileCalls.AT_FDCWD, bytes, 0, FileCalls.STATX_BASIC_STATS, &byBytes));
        Assert.NotEqual(0UL, byText.Inode);
        Assert.Equal(byText.Inode, byBytes.Inode);
    }

    [Fact]
    public void AHandleThatIsClosedIsNoNumberOfSomebodyElse()
    {
        SafeFileDescriptor file = LinuxFile.Open("/dev/null", OpenFlags.ReadOnly);
        Assert.Equal(0, DescriptorCalls.lseek(file, 0, 0));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => DescriptorCalls.lseek(file, 0, 0));
    }

    [Fact]
    public void TheErrorOutlivesWhatIsFreedAfterTheCall()
    {
        string missing = _scratch.At(new string('x', 100) + "/" + new string('y', 200));
        Assert.Equal(-1, FileCalls.openat(FileCalls.AT_FDCWD, missing, FileCalls.O_RDONLY, 0));
        Assert.Equal(Errno.ENOENT, Marshal.GetLastPInvokeError());
    }
}
