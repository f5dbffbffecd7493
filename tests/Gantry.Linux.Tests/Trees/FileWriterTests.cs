using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Gantry.Linux.Tests.Trees;

public sealed class FileWriterTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>Small ones are read and written at once, others by the kernel, or by hand where it cannot: /dev/shm is another file system.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("/dev/shm")]
    public void ACopyHasTheContentAndTheHoles(string elsewhere)
    {
        Copied(elsewhere, []);
        Copied(elsewhere, "a line\n"u8.ToArray());
        Copied(elsewhere, [.. Filled(5_000), .. new byte[20_000], .. Filled(7)]);
        Copied(elsewhere, [.. Filled(4096), .. new byte[12_288]]);
        Copied(elsewhere, new byte[8192]);
        Copied(elsewhere, Filled(64 << 10));
        Copied(elsewhere, Filled((64 << 10) + 1));
        Copied(elsewhere, [.. new byte[1 << 20], .. Filled(300_000), .. new byte[1 << 20]]);
    }

    private void Copied(string elsewhere, byte[] content)
    {
        string from = _scratch.At("from"), name = $"copy-{Guid.NewGuid():N}";
        using (FileStream stream = File.Create(from))
        {
            // A hole where a writer would leave one.
            int start = content.AsSpan().IndexOfAnyExcept((byte)0), end = content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            if (start >= 0)
            {
                stream.Position = start;
                stream.Write(content, start, end - start);
            }
            stream.SetLength(content.Length);
        }
        string directory = elsewhere.Length > 0 ? elsewhere : Path.GetDirectoryName(from)!, to = Path.Combine(directory, name);
        try
        {
            using (DirectoryHandle target = DirectoryHandle.Open(directory))
            using (SafeFileHandle source = File.OpenHandle(from))
            {
                Assert.Equal(0, target.TryCreate(Encoding.ASCII.GetBytes(name), Octal.O600, out FileWriter? file));
                using (file) Assert.Equal(0, file!.TryCopyFrom(source));
                Assert.Equal(0, target.TryStatus(Encoding.ASCII.GetBytes(name), out FileStatus status));
                Assert.Equal(content.Length, status.Size);
            }
            Assert.Equal(content, File.ReadAllBytes(to));
            Assert.True(Blocks(to) <= Math.Max(Blocks(from), 8), $"{Blocks(to)} blocks of {Blocks(from)}");
        }
        finally
        {
            File.Delete(to);
        }
    }

    private static byte[] Filled(int length) => Enumerable.Repeat((byte)'x', length).ToArray();

    private static long Blocks(string path)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        Assert.Equal(0, directory.TryStatus(Encoding.ASCII.GetBytes(Path.GetFileName(path)), out FileStatus status));
        return status.Blocks;
    }
}
