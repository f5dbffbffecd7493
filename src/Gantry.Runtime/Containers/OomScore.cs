using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>process.oomScoreAdj, set from outside: inside, /proc is the container's,
/// and the write could land in any file of its choice (CVE-2025-52881).</summary>
internal static class OomScore
{
    /// <param name="pid">A child of ours that has not been reaped.</param>
    public static void Set(int pid, OciProcess process, Action<string> note)
    {
        if (process.OomScoreAdj is not { } score) return;
        try
        {
            ProcFile.Write($"{pid}/oom_score_adj", score.ToString());
        }
        catch (KernelException e) when (e.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS)
        {
            note($"oom_score_adj {score} is below what this host allows ({e.ErrnoName}); left as it is");
        }
    }
}
