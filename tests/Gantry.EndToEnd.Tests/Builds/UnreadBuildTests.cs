using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>A client that reads nothing of what it is told.</summary>
public sealed class UnreadBuildTests(SharedDaemons daemons)
{
    /// <summary>Its build waits for it, and ends nevertheless when it is called off.</summary>
    [Fact]
    public async Task HoldsNoStepThatIsCalledOff()
    {
        await using Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        string mark = $"unread-{Environment.ProcessId}";
        using Socket client = await AskAsync(engine, $"buildid={mark}", $"FROM busybox\nRUN yes {mark}; true\n");
        long written = -1;
        await Eventually.True(() => Written(engine, mark) is > 0 and var now && now == Interlocked.Exchange(ref written, now),
            "the step writes until nobody takes it");
        Assert.Equal(HttpStatusCode.OK, (await engine.Api.Post($"/build/cancel?id={mark}")).Status);
        await Eventually.True(() => Written(engine, mark) is null, "the command has ended");
        await Eventually.True(() => !Bundles(engine).Any(spec => spec.Contains(mark, StringComparison.Ordinal)),
            "nothing of the step is left");
    }

    /// <summary>What it has not been told cannot be told any more, and holds nothing: all of its steps may go.</summary>
    [Fact]
    public async Task AQuietOneThatIsCalledOffHoldsNothing()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        string mark = $"quiet-{Environment.ProcessId}";
        using Socket client = await AskAsync(engine, $"q=1&buildid={mark}",
            $"FROM busybox\nRUN echo said\nRUN yes {mark} > /dev/null; true\n");
        await Eventually.True(() => Written(engine, mark) > 0, "the second step runs");
        Assert.Equal(HttpStatusCode.OK, (await engine.Api.Post($"/build/cancel?id={mark}")).Status);
        await Eventually.True(() => Written(engine, mark) is null, "the command has ended");
        await engine.Ok("rmi", "busybox");
        await Eventually.True(async () =>
        {
            await engine.Api.Post("/build/prune?all=1");
            return (await engine.Api.Get("/system/df?type=build-cache")).Json["BuildCache"]!.AsArray().Count == 0;
        }, "no step is held");
    }

    /// <returns>To be left unread.</returns>
    private static async Task<Socket> AskAsync(Engine engine, string query, string dockerfile)
    {
        byte[] context = Context(dockerfile);
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(engine.Daemon.Socket));
        await client.SendAsync(Encoding.ASCII.GetBytes($"POST /build?{query} HTTP/1.1\r\nHost: x\r\n"
            + $"Content-Type: application/x-tar\r\nContent-Length: {context.Length}\r\n\r\n"));
        await client.SendAsync(context);
        return client;
    }

    private static byte[] Context(string dockerfile)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(dockerfile)),
            });
        return archive.ToArray();
    }

    /// <returns>Bytes that the command and the shell around it have written; null when nothing of it runs.</returns>
    private static long? Written(Engine engine, string mark)
    {
        long? written = null;
        foreach (string group in ControlGroups.Below(engine.Daemon.CgroupParent))
        {
            try
            {
                foreach (string process in File.ReadLines($"{group}/cgroup.procs"))
                    if (File.ReadAllText($"/proc/{process}/cmdline").Contains($"yes {mark}", StringComparison.Ordinal))
                        written = (written ?? 0)
                            + long.Parse(File.ReadLines($"/proc/{process}/io").First(line => line.StartsWith("wchar:")).Split(' ')[1]);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return written;
    }

    private static IEnumerable<string> Bundles(Engine engine)
    {
        string all = $"{engine.Daemon.ExecRoot}/builds";
        foreach (string bundle in Directory.Exists(all) ? Directory.GetDirectories(all) : [])
        {
            string spec = "";
            try
            {
                spec = File.ReadAllText($"{bundle}/config.json");
            }
            catch (IOException)
            {
                // Not yet there, or gone.
            }
            yield return spec;
        }
    }
}
