using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Statistics;

namespace Gantry.Runtime.CommandLine;

/// <summary>One JSON object a line, in runc's form: <c>stats</c> at intervals,
/// <c>oom</c> when the kernel killed for want of memory.</summary>
internal static class EventsCommand
{
    private const int Ended = 0, OutOfMemory = 1;

    public static Command Command =>
        new("events", "ID", "print what a container uses, and when it runs out of memory, as JSON lines until it ends", Run,
        "stats  print the statistics once", "interval=DURATION  between statistics, such as 500ms, 10s or 1m (default 5s)");

    private static int Run(GlobalOptions global, OptionParser options)
    {
        TimeSpan interval = Interval(options["interval"] ?? "5s");
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        using SafeFileDescriptor? process = PidFd.Open(state.Pid);
        if (process is null || state.Status(global.Root) == "stopped")
            throw GantryException.Conflict($"container with id {state.Id} is not running");
        ContainerCgroup cgroup = state.Cgroup();
        if (options.Has("stats")) Print("stats", state.Id, cgroup);
        else Follow(state.Id, process, cgroup, interval);
        return 0;
    }

    private static void Follow(string id, SafeFileDescriptor process, ContainerCgroup cgroup, TimeSpan interval)
    {
        using Epoll epoll = new();
        using OomWatch oom = OomWatch.On(cgroup);
        epoll.Add(process.Number, EpollEvents.Read, Ended);
        if (oom.Number >= 0) epoll.Add(oom.Number, oom.Events, OutOfMemory);
        Span<EpollReady> ready = stackalloc EpollReady[2];
        long next = Environment.TickCount64 + (long)interval.TotalMilliseconds;
        while (true)
        {
            int count = epoll.Wait(ready, (int)Math.Clamp(next - Environment.TickCount64, 0, int.MaxValue));
            bool ended = false;
            for (int i = 0; i < count; i++)
            {
                if (ready[i].Tag == Ended) ended = true;
                else if (oom.Take()) Print("oom", id, null);
            }
            if (ended) return;
            if (Environment.TickCount64 < next) continue;
            Print("stats", id, cgroup);
            next = Environment.TickCount64 + (long)interval.TotalMilliseconds;
        }
    }

    private static void Print(string type, string id, ContainerCgroup? statisticsOf)
    {
        byte[] line = JsonBytes.OfObject(writer =>
        {
            writer.WriteString("type", type);
            writer.WriteString("id", id);
            if (statisticsOf is null) return;
            writer.WriteStartObject("data");
            ContainerStatistics.Write(writer, statisticsOf);
            writer.WriteEndObject();
        });
        StandardOutput.Write(Encoding.UTF8.GetString(line) + "\n");
    }

    private static TimeSpan Interval(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        double unit = digits <= 0 ? 0 : text[digits..] switch { "ms" => 1, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, _ => 0 };
        double milliseconds = unit > 0
            && int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number * unit : 0;
        return milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds)
            : throw GantryException.Invalid($"invalid value \"{text}\" for --interval: a duration above zero is needed, such as 5s");
    }
}
