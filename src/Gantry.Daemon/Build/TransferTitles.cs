using Gantry.Build.Contexts;
using Gantry.Build.Sessions;

namespace Gantry.Daemon.Build;

/// <summary>What transfers of a client's files are called, in BuildKit's words.</summary>
internal static class TransferTitles
{
    public static (string Title, string Part) Of(FilesRequest request, BuildQuery query) => request.Name switch
    {
        ClientDockerfile.Directory => (
            $"[internal] load build definition from {(query.Dockerfile.Length > 0 ? query.Dockerfile : "Dockerfile")}",
            "transferring dockerfile:"),
        ClientDockerfile.Context => ($"[internal] load {(request.Follow is [".dockerignore"] ? ".dockerignore" : "build context")}",
            "transferring context:"),
        _ => ($"[context {request.Name}] load from client", $"transferring {request.Name}:"),
    };
}
