"""How assay connects: libpq's parameters, and the role that was asked for."""

import socket

import pytest
from pydantic import ValidationError

from app.db.connection import connect
from app.db.migrate import connect as connect_with_libpq
from app.postgres_url import read
from app.settings import Settings


@pytest.mark.parametrize(
    "parameters",
    [
        "channel_binding=prefer", "connect_timeout=3", "keepalives=1&keepalives_idle=30&keepalives_count=3",
        "gssencmode=disable", "load_balance_hosts=random", "target_session_attrs=read-write", "sslmode=prefer",
        "options=-c%20work_mem%3D8MB", "application_name=school", "client_encoding=UTF8", "tcp_user_timeout=9000",
        "fallback_application_name=x", "target_session_attrs=prefer-standby", "sslsni=1",
        "keepalives_idle=0&keepalives_interval=0&keepalives_count=0&tcp_user_timeout=0", "connect_timeout=-1",
    ],
)  # fmt: skip
async def test_a_parameter_of_libpq_is_understood_by_both_drivers(db: str, parameters: str) -> None:
    url = f"{db}{'&' if '?' in db else '?'}{parameters}"
    assert Settings(_env_file=None, database_url=url).database_url == url
    connect_with_libpq(url).close()
    connection = await connect(url, "assay_api", "assay test")
    try:
        assert await connection.fetchval("select current_user") == "assay_api"
        if "work_mem" in parameters:
            assert await connection.fetchval("show work_mem") == "8MB"
        named = await connection.fetchval("show application_name")
        assert named == ("school" if "school" in parameters else "assay test")
    finally:
        await connection.close()


@pytest.mark.parametrize("setting", ["database_url", "database_replica_url", "database_listen_url"])
@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("channel_binding=require", "channel_binding"), ("gssencmode=require", "gssencmode"),
        ("hostaddr=127.0.0.1", "hostaddr"), ("require_auth=scram-sha-256", "require_auth"), ("service=x", "service"),
        ("client_encoding=latin1", "client_encoding"), ("pgbouncer=true", "pgbouncer"), ("schema=x", "schema"),
        ("connect_timeout=soon", "connect_timeout"), ("target_session_attrs=best", "target_session_attrs"),
        ("load_balance_hosts=on", "load_balance_hosts"), ("sslcrldir=/x", "sslcrldir"),
        ("connect_timeout=99999999999", "connect_timeout"), ("connect_timeout=1_0", "connect_timeout"),
        ("keepalives=on", "keepalives"), ("keepalives_idle=-1", "keepalives_idle"),
        ("keepalives_idle=40000", "keepalives_idle"), ("keepalives_count=128", "keepalives_count"),
        ("keepalives_interval=%D9%A3", "keepalives_interval"), ("tcp_user_timeout=9999999999", "tcp_user_timeout"),
        ("sslmode=hunter2", "sslmode"), ("sslnegotiation=hunter2", "sslnegotiation"),
        ("ssl_min_protocol_version=hunter2", "ssl_min_protocol_version"),
        ("ssl_max_protocol_version=TLSv9", "ssl_max_protocol_version"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_kept_is_refused_by_name(setting: str, parameters: str, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, **{setting: f"postgresql://me:hunter2@h/d?{parameters}"})  # type: ignore[arg-type]
    (error,) = refused.value.errors()
    assert name in error["msg"]
    assert "hunter2" not in str(refused.value)


def test_keepalives_are_libpqs() -> None:
    on = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    assert read("postgresql://h").sockets == (on,)
    idle = (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
    assert read("postgresql://h?keepalives_idle=30").sockets == (on, idle)
    assert read("postgresql://h?keepalives=0").sockets == ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 0),)


async def test_variables_of_libpq_are_parameters_for_both_drivers(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{db}{'&' if '?' in db else '?'}fallback_application_name=variables"
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=9MB")
    with connect_with_libpq(url) as migrating:
        assert migrating.execute("show work_mem").fetchone() == ("9MB",)
    serving = await connect(url, "assay_api", "assay test")
    assert await serving.fetchval("show work_mem") == "9MB"
    await serving.close()
    monkeypatch.setenv("PGCHANNELBINDING", "require")
    with pytest.raises(ValueError, match="PGCHANNELBINDING"):
        read("postgresql://h/with-variables")
