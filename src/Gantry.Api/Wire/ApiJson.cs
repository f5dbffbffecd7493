using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Api.Builds;
using Gantry.Api.Containers;
using Gantry.Api.Events;
using Gantry.Api.Execs;
using Gantry.Api.Host;
using Gantry.Api.Images;
using Gantry.Api.Json;
using Gantry.Api.Networks;
using Gantry.Api.Volumes;

namespace Gantry.Api.Wire;

/// <summary>
/// Source-generated JSON of the wire types. Null is left out, except where dockerd writes it (those properties say so);
/// names are read in any case and null leaves numbers at zero, as in the decoder that the API's clients were written against.
/// </summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(NullAsZeroInt64), typeof(NullAsZeroInt32), typeof(NullAsFalse)])]
[JsonSerializable(typeof(ContainerConfig))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(HostConfig))]
[JsonSerializable(typeof(ContainerCreateRequest))]
[JsonSerializable(typeof(ContainerCreateResponse))]
[JsonSerializable(typeof(ContainerInspectResponse))]
[JsonSerializable(typeof(List<ContainerSummary>))]
[JsonSerializable(typeof(ContainerTopResponse))]
[JsonSerializable(typeof(ContainerWaitResponse))]
[JsonSerializable(typeof(ContainerUpdateRequest))]
[JsonSerializable(typeof(ContainerUpdateResponse))]
[JsonSerializable(typeof(ContainersPruneResponse))]
[JsonSerializable(typeof(List<FilesystemChange>))]
[JsonSerializable(typeof(ContainerPathStatus))]
[JsonSerializable(typeof(ExecConfig))]
[JsonSerializable(typeof(ExecStartRequest))]
[JsonSerializable(typeof(ExecInspect))]
[JsonSerializable(typeof(List<ImageSummary>))]
[JsonSerializable(typeof(ImageInspect))]
[JsonSerializable(typeof(List<AttestationStatement>))]
[JsonSerializable(typeof(List<ImageDeleteResponseItem>))]
[JsonSerializable(typeof(ImagesPruneResponse))]
[JsonSerializable(typeof(List<ImageHistory>))]
[JsonSerializable(typeof(JsonMessage))]
[JsonSerializable(typeof(List<SearchResult>))]
[JsonSerializable(typeof(DistributionInspect))]
[JsonSerializable(typeof(AuthConfig))]
[JsonSerializable(typeof(Dictionary<string, AuthConfig>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<Ulimit>))]
[JsonSerializable(typeof(BuildPruneResponse))]
[JsonSerializable(typeof(BuildCheckReport))]
[JsonSerializable(typeof(BuildProgress))]
[JsonSerializable(typeof(List<BuildCacheOption>))]
[JsonSerializable(typeof(List<BuildAnnotation>))]
[JsonSerializable(typeof(List<BuildAttestation>))]
[JsonSerializable(typeof(BuildOutlineReport))]
[JsonSerializable(typeof(BuildLintResults))]
[JsonSerializable(typeof(BuildResultMessage))]
[JsonSerializable(typeof(BuildTraceMessage))]
[JsonSerializable(typeof(BuildImageMessage))]
[JsonSerializable(typeof(AuthResult))]
[JsonSerializable(typeof(Dictionary<string, AuthConfig>))]
[JsonSerializable(typeof(BuildCheckReport))]
[JsonSerializable(typeof(BuildResultMessage))]
[JsonSerializable(typeof(BuildPruneResponse))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(List<Ulimit>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<NetworkInspect>))]
[JsonSerializable(typeof(NetworkCreateRequest))]
[JsonSerializable(typeof(NetworkCreateResponse))]
[JsonSerializable(typeof(NetworkConnectRequest))]
[JsonSerializable(typeof(NetworkDisconnectRequest))]
[JsonSerializable(typeof(NetworksPruneResponse))]
[JsonSerializable(typeof(Volume))]
[JsonSerializable(typeof(VolumeCreateRequest))]
[JsonSerializable(typeof(VolumeListResponse))]
[JsonSerializable(typeof(VolumesPruneResponse))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(List<OperationTrace>))]
[JsonSerializable(typeof(SystemVersion))]
[JsonSerializable(typeof(SystemInfo))]
[JsonSerializable(typeof(DiskUsage))]
[JsonSerializable(typeof(StoreReport))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(IdResponse))]
[JsonSerializable(typeof(Dictionary<string, List<string>>))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The one to use: like <see cref="Default"/>, but text such as <c>a &amp; b + ü</c> stays readable, which people who pipe
    /// answers to grep depend on.</summary>
    public static ApiJson Wire => Readable.Instance;

    /// <summary>A class of its own, because the order of static fields over the two parts of this one is not defined.</summary>
    private static class Readable
    {
        // The converters are for what the daemon reads, and hide from who asks (templates do) that a type is a list or a map.
        public static readonly ApiJson Instance = new(new JsonSerializerOptions(Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new TextListConverter(), new TextMapConverter() },
        });
    }
}
