using Grpc.Core;

namespace Gantry.Daemon.Http.Calls;

/// <summary>Answers one call: reads what it needs, and writes its messages.</summary>
internal delegate Task CallHandler(CallContext context);

/// <summary>The calls that are served, by path: <c>/service/method</c>.</summary>
internal sealed class CallTable : ServiceBinderBase
{
    private readonly Dictionary<string, CallHandler> _calls = new(StringComparer.Ordinal);

    public CallHandler? Find(string path) => _calls.GetValueOrDefault(path);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method,
        UnaryServerMethod<TRequest, TResponse>? handler) =>
        _calls.Add(method.FullName, async context =>
        {
            TRequest request = await Reader(method, context).OneAsync(context.CancellationToken);
            TResponse response = await handler!(request, context);
            await Writer(method, context).WriteAsync(response);
        });

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method,
        ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        _calls.Add(method.FullName, async context =>
        {
            TRequest request = await Reader(method, context).OneAsync(context.CancellationToken);
            await handler!(request, Writer(method, context), context);
        });

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method,
        ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        _calls.Add(method.FullName, async context =>
        {
            TResponse response = await handler!(Reader(method, context), context);
            await Writer(method, context).WriteAsync(response);
        });

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method,
        DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        _calls.Add(method.FullName, context => handler!(Reader(method, context), Writer(method, context), context));

    private static MessageReader<TRequest> Reader<TRequest, TResponse>(Method<TRequest, TResponse> method, CallContext context)
        where TRequest : class where TResponse : class =>
        new(context.Http.Request.BodyReader, method.RequestMarshaller);

    private static MessageWriter<TResponse> Writer<TRequest, TResponse>(Method<TRequest, TResponse> method, CallContext context)
        where TRequest : class where TResponse : class =>
        new(context, method.ResponseMarshaller);
}
