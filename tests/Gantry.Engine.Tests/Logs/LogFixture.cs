using System.Text;
using Gantry.Engine.Logs;
using Gantry.Linux.Compression;
using Gantry.Linux.Files;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Xunit;

namespace Gantry.Engine.Tests.Logs;

/// <summary>A log directory of its own, written as a shim writes it.</summary>
public sealed class LogFixture : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-log-").FullName;
    private int _seen;

    public string Path => System.IO.Path.Combine(_directory, "c-json.log");

    public static string Record(int number, string stream = "stdout", string? text = null) =>
        $$"""{"log":"{{text ?? $"line {number}"}}\n","stream":"{{stream}}","time":"{{TimeOf(number)}}"}""" + "\n";

    private static string TimeOf(int number) =>
        $"{Start.AddSeconds(number).UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffff}Z";

    public static string Records(int first, int count)
    {
        StringBuilder text = new();
        for (int i = first; i < first + count; i++) text.Append(Record(i));
        return text.ToString();
    }

    public void Write(string text, int number = 0) => File.WriteAllText(number == 0 ? Path : $"{Path}.{number}", text);

    public void Append(string text) => File.AppendAllText(Path, text);

    public LogEnd End()
    {
        FileIdentity file = FileIdentity.Of(Path)!.Value;
        return new LogEnd(file.Device, file.Inode, new FileInfo(Path).Length, file.Birth);
    }

    public void Rotate()
    {
        for (int number = 9; number > 0; number--)
        {
            Move(LogFileName.Of(Path, number - 1), LogFileName.Of(Path, number));
            Move(LogFileName.PackedOf(Path, number - 1), LogFileName.PackedOf(Path, number));
        }
    }

    private static void Move(string from, string to)
    {
        if (File.Exists(from)) File.Move(from, to, overwrite: true);
    }

    /// <summary>As a shim does it with an old file; both are there until <see cref="Unlink"/>.</summary>
    public void Pack(int number)
    {
        string plain = LogFileName.Of(Path, number), packed = LogFileName.PackedOf(Path, number);
        // Whole from the first moment on, as a shim makes it: a reader may look at any time.
        string unfinished = packed + ".tmp";
        using (FileStream to = File.Create(unfinished))
        {
            to.Write(PackedLog.Head(FileIdentity.Of(plain)!.Value));
            using ZstdWriteStream stream = new(to);
            stream.Write(File.ReadAllBytes(plain));
        }
        File.SetLastWriteTimeUtc(unfinished, File.GetLastWriteTimeUtc(plain));
        File.Move(unfinished, packed, overwrite: true);
    }

    public void Unlink(int number) => File.Delete(LogFileName.Of(Path, number));

    /// <summary>How many records readers have had so far.</summary>
    public int Seen => Volatile.Read(ref _seen);

    public async Task UntilSeen(int count)
    {
        while (Seen < count) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    public async Task<List<string>> ReadAsync(LogQuery query)
    {
        List<string> lines = [];
        await foreach (LogRecord record in new LogReader(Path).ReadAsync(query, TestContext.Current.CancellationToken))
        {
            lines.Add(Encoding.UTF8.GetString(record.Bytes.Span));
            Interlocked.Increment(ref _seen);
        }
        return lines;
    }

    public static List<string> Lines(int first, int count) => [.. Enumerable.Range(first, count).Select(n => $"line {n}\n")];

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
