using System.Linq.Expressions;
using System.Reflection;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Agents;

/// <summary>Compiles a method into a <see cref="Handler"/>, by what its parameters are.</summary>
internal static class HandlerBinding
{
    /// <summary>Binds a method.</summary>
    /// <param name="method">The method, of the agent's class or of a delegate.</param>
    /// <param name="target">A delegate's method is called through it; a method of a class on the agent's object.</param>
    /// <param name="traits">What it handles, and how.</param>
    /// <param name="services">Tells services from data among the parameters.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <returns>The handler, or <see langword="null"/> if there is a fault.</returns>
    public static Handler? Bind(
        MethodInfo method, Delegate? target, HandlerTraits traits, IServiceProviderIsService services, List<string> faults)
    {
        string name = target is null ? $"{method.DeclaringType!.Name}.{method.Name}" : $"The handler of '{traits.Channel}'";
        int before = faults.Count;
        if (!traits.IsForRequests && ReplyTypeOf(method.ReturnType) is not null)
        {
            faults.Add($"{name} returns {method.ReturnType.Name}: a handler returns void, Task or ValueTask, and sends by AgentContext.Publish.");
        }

        if (method.ContainsGenericParameters)
        {
            faults.Add($"{name} has type parameters: a handler has none.");
        }

        ParameterInfo[] parameters = method.GetParameters();
        Type[] data = [.. parameters.Select(parameter => parameter.ParameterType).Where(type => !IsKnown(type) && !services.IsService(type))];
        if (data.Length > 1)
        {
            faults.Add($"{name} takes {string.Join(" and ", data.Select(type => type.Name))}: one of them may be the event's data, the others are to be registered as services.");
        }

        if (parameters.Any(parameter => parameter.ParameterType.IsByRef))
        {
            faults.Add($"{name} takes a parameter by reference: a handler takes values.");
        }

        return faults.Count > before
            ? null
            : Compile(method, target, traits with { IsExclusive = method.IsDefined(typeof(ExclusiveAttribute)) }, data.FirstOrDefault());
    }

    private static Handler Compile(MethodInfo method, Delegate? target, HandlerTraits traits, Type? dataType)
    {
        ParameterExpression agent = Expression.Parameter(typeof(object), "agent");
        ParameterExpression data = Expression.Parameter(dataType ?? typeof(CloudEvent), "data");
        ParameterExpression context = Expression.Parameter(typeof(AgentContext), "context");

        IEnumerable<Expression> arguments = method.GetParameters().Select(parameter => Argument(parameter.ParameterType, dataType, data, context));
        Expression call = target is not null
            ? Expression.Invoke(Expression.Constant(target), arguments)
            : Expression.Call(method.IsStatic ? null : Expression.Convert(agent, method.DeclaringType!), method, arguments);

        Type callType = typeof(HandlerCall<>).MakeGenericType(data.Type);
        bool mayWait = typeof(Task).IsAssignableFrom(method.ReturnType) || IsValueTask(method.ReturnType);
        Delegate compiled = Expression.Lambda(callType, AsValueTask(call, method.ReturnType, context), agent, data, context).Compile();
        return dataType is null
            ? new PlainHandler(traits, mayWait, (HandlerCall<CloudEvent>)compiled)
            : (Handler)Activator.CreateInstance(typeof(DataHandler<>).MakeGenericType(dataType), traits, mayWait, compiled)!;
    }

    private static bool IsKnown(Type type) =>
        type == typeof(CloudEvent) || type == typeof(AgentContext) || type == typeof(MessageContext) || type == typeof(CancellationToken);

    private static Expression Argument(Type type, Type? dataType, Expression data, Expression context) =>
        type == dataType ? data
        : type == typeof(AgentContext) ? context
        : type == typeof(MessageContext) ? Expression.Property(context, nameof(AgentContext.Message))
        : type == typeof(CloudEvent) ? Expression.Property(context, nameof(AgentContext.Event))
        : type == typeof(CancellationToken) ? Expression.Property(context, nameof(AgentContext.CancellationToken))
        : Expression.Call(
            typeof(ServiceProviderServiceExtensions), nameof(ServiceProviderServiceExtensions.GetRequiredService), [type],
            Expression.Property(context, nameof(AgentContext.Services)));

    private static Expression AsValueTask(Expression call, Type returnType, Expression context) =>
        returnType == typeof(ValueTask) ? call
        : returnType == typeof(Task) ? Expression.New(typeof(ValueTask).GetConstructor([typeof(Task)])!, call)
        : returnType == typeof(void) ? Expression.Block(call, Expression.Default(typeof(ValueTask)))
        : Expression.Call(typeof(HandlerBinding), NameOfReply(returnType), [ReplyTypeOf(returnType)!], call, context);

    /// <summary>The type of what a handler replies; <see langword="null"/> if it returns nothing or a plain task.</summary>
    private static Type? ReplyTypeOf(Type returnType) =>
        returnType == typeof(void) || returnType == typeof(Task) || returnType == typeof(ValueTask) ? null
        : returnType.IsGenericType && (typeof(Task).IsAssignableFrom(returnType) || IsValueTask(returnType)) ? returnType.GetGenericArguments()[0]
        : returnType;

    private static bool IsValueTask(Type type) =>
        type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static string NameOfReply(Type returnType) =>
        typeof(Task).IsAssignableFrom(returnType) ? nameof(ReplyAfterTaskAsync)
        : IsValueTask(returnType) ? nameof(ReplyAfterAsync)
        : nameof(ReplyAtOnce);

    // In the handler's own context: it is its turn that ends with the reply.
    private static async ValueTask ReplyAfterTaskAsync<TReply>(Task<TReply> reply, AgentContext context) =>
        context.Reply = await reply.ConfigureAwait(true);

    private static async ValueTask ReplyAfterAsync<TReply>(ValueTask<TReply> reply, AgentContext context) =>
        context.Reply = await reply.ConfigureAwait(true);

    private static ValueTask ReplyAtOnce<TReply>(TReply reply, AgentContext context)
    {
        context.Reply = reply;
        return default;
    }
}
