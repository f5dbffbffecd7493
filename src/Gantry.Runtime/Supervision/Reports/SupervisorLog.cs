using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Supervision.Reports;

/// <summary>What the supervisor has to say about itself: lines on stderr, which is <c>shim.log</c> in the bundle.</summary>
internal static class SupervisorLog
{
    // Not through the console class: that would cost more memory than all the rest of an idle supervisor.
    public static void Write(string message) =>
        RawIo.Write(2, Encoding.UTF8.GetBytes($"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {message}\n"));
}
