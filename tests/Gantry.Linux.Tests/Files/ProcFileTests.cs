using Gantry.Linux.Files;

namespace Gantry.Linux.Tests.Files;

public sealed class ProcFileTests
{
    [Fact]
    public void WhatIsNoProcfsIsNotWrittenTo()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("gantry-proc-");
        File.WriteAllText(Path.Combine(directory.FullName, "victim"), "");
        KernelException error = Assert.Throws<KernelException>(() => ProcFile.Open(directory.FullName, "victim"));
        Assert.Equal(Errno.EXDEV, error.Errno);
        Assert.Contains("it is not procfs", error.Message);
        directory.Delete(recursive: true);
    }
}
