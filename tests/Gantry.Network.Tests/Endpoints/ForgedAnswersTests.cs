using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gantry.Linux.Netlink;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Endpoints;

/// <summary>A container with CAP_NET_ADMIN can write to the netlink socket that the daemon has open in its namespace.</summary>
public sealed partial class ForgedAnswersTests
{
    private const int AF_NETLINK = 16, SOCK_RAW = 3, MSG_DONTWAIT = 0x40;

    [Fact]
    public void AnswersCountFromTheKernelAlone() => Machine.Run(machine =>
    {
        HashSet<uint> before = Ports();
        using NetlinkSocket socket = NetlinkSocket.Open(NetlinkSocket.Route);
        // Its number comes with its first request.
        socket.FindLink("lo");
        uint port = Assert.Single(Ports().Except(before));
        int forger = Native.socket(AF_NETLINK, SOCK_RAW, 0);
        try
        {
            // "No such device", for each of the numbers that the next requests may have.
            for (uint sequence = 1; sequence <= 50; sequence++) Forge(forger, port, sequence, errno: 19);
            Assert.Equal("lo", socket.FindLink("lo")?.Name);
            Assert.Single(socket.Links());
            socket.Execute(new NetlinkBatch().SetUp(1));
        }
        finally
        {
            Native.close(forger);
        }
    });

    private static void Forge(int from, uint port, uint sequence, int errno)
    {
        byte[] message = new byte[36], address = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt16LittleEndian(message.AsSpan(4), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), sequence);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(16), -errno);
        BinaryPrimitives.WriteInt16LittleEndian(address, AF_NETLINK);
        BinaryPrimitives.WriteUInt32LittleEndian(address.AsSpan(4), port);
        Assert.Equal(message.Length, Native.sendto(from, message, message.Length, MSG_DONTWAIT, address, address.Length));
    }

    /// <summary>Sockets of rtnetlink in this thread's namespace that user programs have.</summary>
    private static HashSet<uint> Ports() =>
    [
        .. File.ReadLines("/proc/thread-self/net/netlink").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words[1] == "0" && words[2] != "0").Select(words => uint.Parse(words[2])),
    ];

    private static partial class Native
    {
        [LibraryImport("libc")] public static partial int socket(int domain, int type, int protocol);
        [LibraryImport("libc")]
        public static partial nint sendto(int fd, byte[] message, nint length, int flags, byte[] address, int addressLength);
        [LibraryImport("libc")] public static partial int close(int fd);
    }
}
