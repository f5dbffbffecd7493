using System.IO.Enumeration;
using Gantry.BuildKit.Protocol.ContentApi;
using Gantry.BuildKit.Protocol.HealthApi;
using Gantry.BuildKit.Protocol.StatApi;
using Gantry.EndToEnd.Builds.Calls.FilesApi;
using Gantry.EndToEnd.Builds.Calls.ResultsApi;
using Google.Protobuf;
using Grpc.Core;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>Tells the client's files, and sends those that are asked for.</summary>
internal sealed class FileSyncService(ClientFiles files) : FileSync.FileSyncBase
{
    public override async Task DiffCopy(IAsyncStreamReader<Packet> requestStream, IServerStreamWriter<Packet> responseStream,
        ServerCallContext context)
    {
        // The server joins what came as several fields.
        string[] wanted = (context.RequestHeaders.GetValue("followpaths") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        (string Path, byte[] Content)[] told = [.. files.Of(context.RequestHeaders.GetValue("dir-name") ?? "")
            .Where(file => wanted.Length == 0 || wanted.Any(path => IsBelow(file.Path, path)))];
        if (context.RequestHeaders.GetValue("dir-name") == "context") files.Told.Enqueue([.. told.Select(file => file.Path)]);
        foreach ((string path, byte[] content) in told)
            await responseStream.WriteAsync(new Packet
            {
                Type = Packet.Types.PacketType.Stat,
                Stat = new Stat
                {
                    Path = ByteString.CopyFromUtf8(path), Mode = 0x1a4, Size = content.Length, ModTime = 1_600_000_000_000_000_000,
                },
            });
        await responseStream.WriteAsync(new Packet { Type = Packet.Types.PacketType.Stat });
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            Packet asked = requestStream.Current;
            if (asked.Type == Packet.Types.PacketType.Fin) break;
            if (asked.Type != Packet.Types.PacketType.Req) continue;
            byte[] content = told[asked.ID].Content;
            for (int at = 0; at < content.Length; at += 32 << 10)
                await responseStream.WriteAsync(new Packet
                {
                    Type = Packet.Types.PacketType.Data, ID = asked.ID,
                    Data = ByteString.CopyFrom(content.AsSpan(at, Math.Min(32 << 10, content.Length - at))),
                });
            await responseStream.WriteAsync(new Packet { Type = Packet.Types.PacketType.Data, ID = asked.ID });
        }
        await responseStream.WriteAsync(new Packet { Type = Packet.Types.PacketType.Fin });
    }

    /// <summary>Whether a path is one that is wanted, or below it; stars are those of one name.</summary>
    private static bool IsBelow(string path, string wanted)
    {
        string[] names = path.Split('/'), patterns = wanted.Split('/');
        return names.Length >= patterns.Length
            && patterns.Zip(names).All(one => FileSystemName.MatchesSimpleExpression(one.First, one.Second, ignoreCase: false));
    }
}

/// <summary>Takes results that are files.</summary>
internal sealed class FileSendService(ClientFiles files) : FileSend.FileSendBase
{
    public override async Task DiffCopy(IAsyncStreamReader<BytesMessage> requestStream, IServerStreamWriter<BytesMessage> responseStream,
        ServerCallContext context)
    {
        using MemoryStream content = new();
        while (await requestStream.MoveNext(context.CancellationToken)) requestStream.Current.Data.WriteTo(content);
        files.Given[context.RequestHeaders.GetValue("buildkit-attachable-exporter-id") ?? ""] = content.ToArray();
    }
}

/// <summary>Gives blobs of layouts.</summary>
internal sealed class ContentService(ClientFiles files) : Content.ContentBase
{
    public override async Task Read(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream,
        ServerCallContext context)
    {
        string name = $"{context.RequestHeaders.GetValue("buildkit-attachable-store-id")}/{request.Digest}";
        if (!files.Blobs.TryGetValue(name, out byte[]? blob)) throw new RpcException(new Status(StatusCode.NotFound, $"no {name}"));
        for (int at = 0; at < blob.Length; at += 64 << 10)
            await responseStream.WriteAsync(new ReadContentResponse
            {
                Offset = at, Data = ByteString.CopyFrom(blob.AsSpan(at, Math.Min(64 << 10, blob.Length - at))),
            });
    }
}

internal sealed class ClientHealth : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
}
