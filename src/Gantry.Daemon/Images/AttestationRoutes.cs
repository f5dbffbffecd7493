using System.Text.Json;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Indexes;

namespace Gantry.Daemon.Images;

/// <summary>What images are attested with.</summary>
internal sealed class AttestationRoutes(ImageStore images)
{
    /// <summary>Bytes of all statements of an answer.</summary>
    private const long MaxAnswer = 64 << 20;

    public void Map(Router router) => router.Get("/images/{name...}/attestations", List);

    private Task List(RequestContext context)
    {
        string name = context["name"];
        AttestationList attestations = new(images);
        IReadOnlyList<string> types = context.Query.All("type");
        IEnumerable<StatementLayer> found = attestations.Run(images.Resolve(name), RequestPlatform.Of(context), name)
            .Where(one => types.Count == 0 || types.Contains(one.PredicateType));
        bool isWhole = context.Query.Bool("statement");
        List<AttestationStatement> answer = [];
        long size = 0;
        foreach (StatementLayer one in found)
        {
            byte[]? statement = isWhole ? Read(attestations, one) : null;
            size += statement?.Length ?? 0;
            if (size > MaxAnswer) throw GantryException.Invalid($"the statements have more than {MaxAnswer} bytes: ask by their types");
            answer.Add(new AttestationStatement
            {
                Descriptor = ManifestWire.Of(one.Descriptor), PredicateType = one.PredicateType, Statement = statement,
            });
        }
        return context.WriteJsonAsync(answer, ApiJson.Wire.ListAttestationStatement);
    }

    /// <summary>Whoever made the image has written it: what is no JSON does not get into the answer.</summary>
    private static byte[] Read(AttestationList attestations, StatementLayer one)
    {
        byte[] statement = attestations.Read(one);
        try
        {
            Utf8JsonReader reader = new(statement);
            while (reader.Read()) { }
            return statement;
        }
        catch (JsonException e)
        {
            throw GantryException.Internal($"statement {one.Descriptor.Digest} is no JSON: {e.Message}", e);
        }
    }
}
