using System.Net;
using System.Text;
using Gantry.Oci.Image;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Storage.Content;

namespace Gantry.Registry.Tests.Http;

/// <summary>A blob, and how a scripted registry sends it.</summary>
internal static class Sample
{
    public static readonly byte[] Content = [.. Enumerable.Range(0, 700_000).Select(static i => (byte)(i * 31 >> 3))];
    public static readonly Descriptor Blob = new() { Digest = Digest.Of(Content), Size = Content.Length };

    public static void Write(HttpListenerContext context, ReadOnlySpan<byte> bytes, int status = 200, string? type = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = bytes.Length;
        context.Response.OutputStream.Write(bytes);
    }

    public static void Write(HttpListenerContext context, string text, int status = 200, string? type = null) =>
        Write(context, Encoding.UTF8.GetBytes(text), status, type);

    /// <summary>Begins to send from an offset, and hangs up after some bytes.</summary>
    public static void Break(HttpListenerContext context, int from, int count)
    {
        context.Response.StatusCode = from > 0 ? 206 : 200;
        context.Response.ContentLength64 = Content.Length - from;
        if (from > 0) context.Response.AddHeader("Content-Range", $"bytes {from}-{Content.Length - 1}/{Content.Length}");
        context.Response.OutputStream.Write(Content, from, count);
        context.Response.OutputStream.Flush();
        context.Response.Abort();
    }

    /// <summary>The range that was asked for, to its end.</summary>
    public static void WriteRange(HttpListenerContext context)
    {
        string[] range = context.Request.Headers["Range"]!["bytes=".Length..].Split('-');
        int from = int.Parse(range[0]), last = range[1].Length > 0 ? int.Parse(range[1]) : Content.Length - 1;
        context.Response.AddHeader("Content-Range", $"bytes {from}-{last}/{Content.Length}");
        Write(context, Content.AsSpan(from, last + 1 - from), 206);
    }

    public static int From(HttpListenerContext context) =>
        context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..range.IndexOf('-')]) : 0;

    /// <summary>Downloads the blob into a store and reads it there.</summary>
    public static async Task<byte[]> Download(string store, ScriptedRegistry registry, RegistryOptions? options = null)
    {
        ContentStore content = new(store);
        using RepositoryClient client = registry.Client(options: options);
        using PartialBlob partial = content.BeginPartial(Blob.Digest);
        await client.DownloadAsync(Blob, partial, static _ => { }, TestContext.Current.CancellationToken);
        partial.Commit(static _ => { });
        return content.Read(Blob.Digest, Content.Length);
    }
}
