using System.Diagnostics;

namespace Gantry.Storage.Tests;

/// <summary>Runs the programs that tests compare with.</summary>
internal static class Shell
{
    public static string Run(string command)
    {
        ProcessStartInfo info = new("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {process.ExitCode} {error.Result}");
        return output;
    }
}
