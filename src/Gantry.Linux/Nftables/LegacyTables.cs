using System.Text;
using Gantry.Linux.Native;
using Gantry.Linux.Sockets;

namespace Gantry.Linux.Nftables;

/// <summary>Reads the old iptables of the caller's network namespace, which nftables does not show.</summary>
public static unsafe class LegacyTables
{
    private const int IPPROTO_RAW = 255, IPT_SO_GET_INFO = 64, IPT_SO_GET_ENTRIES = 65;
    private const int NameLength = 32, InfoLength = 84, UnderflowsAt = 56, SizeAt = 80, EntriesAt = 40;
    private const int ForwardHook = 2, TargetOffsetAt = 88, VerdictAt = 32;
    /// <summary>A verdict is stored as -(verdict) - 1, and NF_DROP is 0.</summary>
    private const int DropVerdict = -1;

    /// <summary>Whether the policy of FORWARD is DROP. Asks only about a table that exists: the question itself would make one.</summary>
    public static bool ForwardDrops()
    {
        const string Names = "/proc/thread-self/net/ip_tables_names";
        if (!File.Exists(Names) || !File.ReadLines(Names).Contains("filter")) return false;
        using SafeFileDescriptor socket =
            SocketDescriptor.Open(SocketCalls.AF_INET, SocketCalls.SOCK_RAW, IPPROTO_RAW, "open raw socket");
        byte[]? info = Ask(socket, IPT_SO_GET_INFO, InfoLength, 0);
        if (info is null) return false;
        int size = BitConverter.ToInt32(info, SizeAt), policy = EntriesAt + BitConverter.ToInt32(info, UnderflowsAt + 4 * ForwardHook);
        // Null when somebody changed the table between the two questions.
        byte[]? entries = Ask(socket, IPT_SO_GET_ENTRIES, EntriesAt + size, size);
        if (entries is null || policy + TargetOffsetAt + 2 > entries.Length) return false;
        int verdict = policy + BitConverter.ToUInt16(entries, policy + TargetOffsetAt) + VerdictAt;
        return verdict + 4 <= entries.Length && BitConverter.ToInt32(entries, verdict) == DropVerdict;
    }

    private static byte[]? Ask(SafeFileDescriptor socket, int option, int length, int size)
    {
        byte[] answer = new byte[length];
        Encoding.ASCII.GetBytes("filter").CopyTo(answer, 0);
        BitConverter.TryWriteBytes(answer.AsSpan(NameLength), size);
        uint count = (uint)length;
        fixed (byte* start = answer) return SocketCalls.getsockopt(socket, SocketCalls.SOL_IP, option, start, &count) == 0 ? answer : null;
    }
}
