using System.Text;
using Gantry.BuildKit.Services;
using Grpc.Core;

namespace Gantry.Daemon.Http.Calls;

/// <summary>How a call ends, in gRPC's words.</summary>
internal static class CallOutcome
{
    public static Status Of(Exception e, CallContext context) => e switch
    {
        OperationCanceledException when context.IsLate => new Status(StatusCode.DeadlineExceeded, "context deadline exceeded"),
        NotImplementedException => new Status(StatusCode.Unimplemented, "unimplemented"),
        _ => CallStatus.Of(e),
    };

    /// <summary>As the trailer has it: what is no printable ASCII is written as bytes.</summary>
    public static string Escaped(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (byte one in Encoding.UTF8.GetBytes(text))
        {
            if (one is >= 0x20 and <= 0x7e and not (byte)'%') escaped.Append((char)one);
            else escaped.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }
}
