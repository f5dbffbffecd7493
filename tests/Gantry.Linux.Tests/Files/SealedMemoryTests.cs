using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Gantry.Linux.Files;

namespace Gantry.Linux.Tests.Files;

public sealed partial class SealedMemoryTests
{
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint splice(int from, nint fromOffset, int to, nint toOffset, nuint length, uint flags);

    [Fact]
    public void WhatIsSealedStaysAsItIs()
    {
        using SafeFileDescriptor file = SealedMemory.CreateExecutable("test");
        Descriptor.WriteAll(file.Number, "as it is"u8);
        SealedMemory.Seal(file, "test");
        IsSealed(file);
    }

    /// <summary>The kernel has pages of it in hand now and then, as it moves them on a busy machine: here a pipe has one.</summary>
    [Fact]
    public void APageThatSomebodyHoldsIsNoHindrance()
    {
        using SafeFileDescriptor file = SealedMemory.CreateExecutable("test");
        Descriptor.WriteAll(file.Number, new byte[8192]);
        (SafeFileDescriptor reading, SafeFileDescriptor writing) = Descriptor.Pipe();
        using (reading)
        using (writing)
        {
            using SafeFileDescriptor again = LinuxFile.Open(file.ProcPath, OpenFlags.ReadOnly);
            Assert.Equal(4096, splice(again.Number, 0, writing.Number, 0, 4096, 0));
            SealedMemory.Seal(file, "test");
        }
        IsSealed(file);
    }

    private static void IsSealed(SafeFileDescriptor file)
    {
        Assert.Equal(Errno.EPERM, Assert.Throws<KernelException>(() => Descriptor.WriteAll(file.Number, "x"u8)).Errno);
        using FileStream stream = new(file.ProcPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.ThrowsAny<Exception>(() => stream.SetLength(1));
        Assert.ThrowsAny<Exception>(() => MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.ReadWrite,
            HandleInheritability.None, leaveOpen: true).CreateViewAccessor());
    }
}
