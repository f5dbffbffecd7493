using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;

namespace Gantry.Build.Repositories;

/// <summary>What git has started for clones, as the kernel lists it: it may outlive git, and git the daemon.</summary>
/// <remarks>Told by the configuration that all of it is given. Its path has the clone's name, which is random, so nobody else's is meant,
/// however the way to it is written. A container's process can say it too, and gains nothing but its own end.</remarks>
internal static class CloneProcesses
{
    /// <summary>While it is ended, others may be started.</summary>
    private const int Turns = 10;
    private const int MaxEnvironment = 1 << 20, DyingMilliseconds = 5000;

    private static readonly byte[] Before = Encoding.ASCII.GetBytes($"\0{GitProgram.ConfigurationVariable}=");

    /// <summary>Kills all that works for these clones, and waits until it is gone.</summary>
    /// <param name="clones">Their directories; others may be among them.</param>
    public static void End(params string[] clones)
    {
        HashSet<string> names = [.. clones.Select(path => Path.GetFileName(path))];
        if (names.Count == 0) return;
        for (int turn = 0; turn < Turns && EndSome(names); turn++) { }
    }

    private static bool EndSome(HashSet<string> names)
    {
        bool some = false;
        foreach (int pid in ProcessList.All())
        {
            // Opened before it is looked at: the number may be another's afterwards.
            using SafeFileDescriptor? process = PidFd.Open(pid);
            if (process is null || !WorksFor(names, pid) || !PidFd.Signal(process, Signals.Kill)) continue;
            some = true;
            Descriptor.WaitReadable(process.Number, DyingMilliseconds);
        }
        return some;
    }

    private static bool WorksFor(HashSet<string> names, int pid)
    {
        byte[] environment;
        try
        {
            environment = [0, .. LinuxFile.ReadBytes($"/proc/{pid}/environ", MaxEnvironment)];
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // It has gone, or is nobody's whom we started.
            return false;
        }
        int at = environment.AsSpan().IndexOf(Before);
        if (at < 0) return false;
        ReadOnlySpan<byte> rest = environment.AsSpan(at + Before.Length);
        int end = rest.IndexOf((byte)0);
        string file = PathBytes.Show(end < 0 ? rest : rest[..end]);
        return Path.GetDirectoryName(Path.GetDirectoryName(file)) is { } clone && names.Contains(Path.GetFileName(clone));
    }
}
