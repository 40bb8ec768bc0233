using System.ComponentModel;
using System.Data.Common;
using System.Text.Json;

namespace Ganglion.Tools.BuiltIn;

/// <summary>
/// A tool that looks into a database, by any ADO.NET provider. It takes one <c>SELECT</c> at a time, runs it in a transaction that is read-only where the provider has such, and rolls that back.
/// </summary>
/// <remarks>
/// What a statement does is known to the database alone: a function that it calls may write, or read files. So let it connect as a user who may read what the model may know, and nothing else.
/// </remarks>
public static class SqlQuery
{
    /// <summary>Makes the tool <c>query_database</c>: it returns the rows of a query as a table.</summary>
    /// <param name="source">The database.</param>
    /// <param name="query">How much of it may be seen.</param>
    /// <param name="options">How it is to be called. Default: the default options.</param>
    public static AgentTool Create(DbDataSource source, SqlQueryOptions? query = null, ToolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Create(source.CreateConnection, query, options);
    }

    /// <inheritdoc cref="Create(DbDataSource, SqlQueryOptions?, ToolOptions?)"/>
    /// <param name="connect">Makes a connection, not yet open, for each call.</param>
    /// <param name="query">How much of it may be seen.</param>
    /// <param name="options">How it is to be called. Default: the default options.</param>
    public static AgentTool Create(Func<DbConnection> connect, SqlQueryOptions? query = null, ToolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connect);
        query ??= new SqlQueryOptions();
        var runner = new SqlRunner(connect, query);
        return AgentTool.Create(
            ([Description("One SELECT, without comments. Values go into parameters: WHERE city = @city.")] string sql,
                CancellationToken cancellationToken,
                [Description("The values of the parameters, by their names without @.")] Dictionary<string, JsonElement>? parameters = null) =>
                runner.RunAsync(sql, parameters ?? [], cancellationToken),
            "query_database",
            $"Reads from a database by SQL: one SELECT at a time, up to {query.MaxRows} rows.{(query.Schema is { } schema ? $" What there is:\n{schema}" : "")}",
            options);
    }
}
