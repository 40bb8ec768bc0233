using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ganglion.Tools.BuiltIn;

/// <summary>Runs a query, and writes down what comes of it, as far as it may.</summary>
internal sealed class SqlRunner(Func<DbConnection> connect, SqlQueryOptions options)
{
    /// <exception cref="FormatException">It is no query that may be run.</exception>
    /// <exception cref="DbException">The database refuses it.</exception>
    public async Task<string> RunAsync(string sql, IReadOnlyDictionary<string, JsonElement> parameters, CancellationToken cancellationToken)
    {
        SqlStatement.RequireQuery(sql);
        DbConnection connection = connect();
        await using var ownConnection = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ownTransaction = transaction.ConfigureAwait(false);
        if ((options.ReadOnlyStatement ?? ReadOnlyStatementOf(connection)) is { Length: > 0 } readOnly)
        {
            DbCommand setting = CommandOf(connection, transaction, readOnly);
            await using var ownSetting = setting.ConfigureAwait(false);
            await setting.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        DbCommand command = CommandOf(connection, transaction, sql);
        await using var ownCommand = command.ConfigureAwait(false);
        foreach ((string name, JsonElement value) in parameters)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name.TrimStart('@', ':');
            parameter.Value = ValueOf(name, value);
            command.Parameters.Add(parameter);
        }

        string table;
        DbDataReader reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            table = await WriteAsync(reader, cancellationToken).ConfigureAwait(false);

            // Otherwise to close it would mean to read all the rows that nobody wants.
            command.Cancel();
        }

        await transaction.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
        return table;
    }

    private DbCommand CommandOf(DbConnection connection, DbTransaction transaction, string sql)
    {
        DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = Math.Max(1, (int)options.Timeout.TotalSeconds);
#pragma warning disable CA2100 // Whoever calls the tool writes the query: that is what it is for.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static string? ReadOnlyStatementOf(DbConnection connection) => connection.GetType().Name switch
    {
        "NpgsqlConnection" or "OracleConnection" => "SET TRANSACTION READ ONLY",
        "SqliteConnection" or "SQLiteConnection" => "PRAGMA query_only = 1",
        _ => null,
    };

    private static object ValueOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out long whole) => whole,
        JsonValueKind.Number when value.TryGetDecimal(out decimal number) => number,
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => DBNull.Value,
        _ => throw new FormatException($"The parameter '{name}' is no single value."),
    };

    private async Task<string> WriteAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        var table = new StringBuilder();
        table.AppendJoin(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => Plain(reader.GetName(i)))).Append('\n');
        int rows = 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (rows++ == options.MaxRows)
            {
                return table.Append(CultureInfo.InvariantCulture, $"[the first {options.MaxRows} rows; there are more: narrow the query]").ToString();
            }

            table.AppendJoin(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => Write(reader.GetValue(i)))).Append('\n');
        }

        return table.Append(CultureInfo.InvariantCulture, $"[{rows} rows]").ToString();
    }

    private string Write(object? value) => value switch
    {
        null or DBNull => "NULL",
        byte[] bytes => string.Create(CultureInfo.InvariantCulture, $"[{bytes.Length} bytes]"),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Plain(value.ToString() ?? ""),
    };

    // A value is one cell of one line.
    private string Plain(string text) =>
        (text.Length > options.MaxValueLength ? $"{text[..options.MaxValueLength]}…" : text).ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
