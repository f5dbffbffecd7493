using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Execs;
using Gantry.Api.Json;
using Gantry.Api.Wire;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Checkpoints;
using Gantry.Runtime.Init;
using Gantry.Shim;
using Gantry.Shim.Wire;
using ContainerState = Gantry.Runtime.Containers.ContainerState;

namespace Gantry.Shape.Json;

/// <summary>Everything that is written or read as JSON by hand: how it goes there and back, and what has no way back.</summary>
internal static class HandWritten
{
    // A daemon takes names in any case; what we send is written as the API has it.
    private static readonly ApiJson Exact = new(new JsonSerializerOptions(ApiJson.Default.Options) { PropertyNameCaseInsensitive = false });

    /// <summary>Each with the types that write or read it. Where one side is the serializer's, it is that here too.</summary>
    public static readonly IReadOnlyList<RoundTrip> RoundTrips =
    [
        RoundTrip.Of<ContainerCreateRequest>("ContainerCreateWriter HostConfigWriter MountWriter",
            request => JsonSerializer.Deserialize(ContainerCreateWriter.Write(request), Exact.ContainerCreateRequest)!),
        RoundTrip.Of<ExecConfig>("ExecWriter", config => JsonSerializer.Deserialize(ExecWriter.Write(config), Exact.ExecConfig)!),
        RoundTrip.Of<ExecStartRequest>("ExecWriter",
            request => JsonSerializer.Deserialize(ExecWriter.Write(request), Exact.ExecStartRequest)!),
        RoundTrip.Of<OciSpec>("SpecReader LinuxReader ResourcesReader ProcessReader",
            spec => SpecReader.Read(JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeJson.Default.OciSpec))),
        RoundTrip.Of<OciSpec>("ConfigFile", WithConfigFile),
        RoundTrip.Of<OciProcess>("ProcessWriter ProcessReader",
            process => ProcessReader.Read(JsonBytes.Of(writer => ProcessWriter.Write(writer, process)))),
        RoundTrip.Of<OciState>("StateWriter",
            state => JsonSerializer.Deserialize(JsonBytes.Of(writer => StateWriter.Write(writer, state)), RuntimeJson.Default.OciState)!),
        RoundTrip.Of<ShimConfig>("ShimReader",
            config => ShimReader.Config(JsonSerializer.SerializeToUtf8Bytes(config, ShimJson.Default.ShimConfig))),
        // A flat record of which each side says a part: nothing in it that neither the shim reads nor the shim writes.
        RoundTrip.Of<ShimMessage>("ShimReader ShimWriter",
            message => ShimReader.Message(JsonSerializer.SerializeToUtf8Bytes(message, ShimJson.Default.ShimMessage)),
            message => JsonSerializer.Deserialize(ShimWriter.Message(message), ShimJson.Default.ShimMessage)!),
        RoundTrip.Of<ExitStatus>("ShimWriter", exit => JsonSerializer.Deserialize(ShimWriter.Exit(exit), ShimJson.Default.ExitStatus)!),
        RoundTrip.Of<InitRequest>("InitWriter InitReader",
            request => InitReader.Request(InitWriter.Write(request), [.. Enumerable.Range(0, 1000)])),
        RoundTrip.Of<InitMessage>("InitWriter InitReader", message => InitReader.Message(InitWriter.Write(message))),
        RoundTrip.Of<OciProcess>("InitWriter", process => SpecReader.Read(InitWriter.Write(process)).Process!),
        RoundTrip.Of<CheckpointRecord>("CheckpointRecord", record => InDirectory(directory =>
        {
            record.Write(directory);
            return CheckpointRecord.Read(directory);
        })),
        RoundTrip.Of<ContainerState>("ContainerState", state => InDirectory(directory =>
        {
            ContainerState named = state with { Id = "one" };
            Directory.CreateDirectory(ContainerState.Directory(directory, named.Id));
            named.Prepare(directory);
            ContainerState.Publish(directory, named.Id);
            return ContainerState.Load(directory, named.Id) with { Id = state.Id };
        })),
    ];

    /// <summary>Types that handle JSON members by hand and are no half of such a pair, each with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> Others = new Dictionary<string, string>
    {
        ["JsonFields"] = "what the writers and the readers are made with", ["JsonBytes"] = "the same",
        ["Filters"] = "a map of lists, whose keys are the caller's", ["RequestFilters"] = "the same, as it is received",
        ["JsonView"] = "shows any document", ["TypedJsonView"] = "shows any type",
        ["TraceList"] = "shows what the serializer has read",
        ["RequestContext"] = "writes an error, which has one member",
        ["ContainerStatistics"] = "runc's form, read by other engines",
        ["FeaturesCommand"] = "the specification's form, read by other engines",
        ["BuildOutputs"] = "a list of types with their attributes, whose keys are the caller's",
        ["BuilderFile"] = "a part of the administrator's file, which nobody writes",
        ["ForeignBundle"] = "copies a document and changes two members of it",
    };

    private static OciSpec WithConfigFile(OciSpec spec)
    {
        ConfigFile file = ConfigFile.Read(ConfigFile.Of(spec).Json);
        return file.Spec with { Linux = file.Spec.Linux! with { Seccomp = ConfigFile.ReadSeccomp(file.Seccomp) } };
    }

    private static T InDirectory<T>(Func<string, T> use)
    {
        string directory = Directory.CreateTempSubdirectory("gantry-shape-").FullName;
        try
        {
            return use(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
